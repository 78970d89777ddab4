/** What was opened, in order, to be closed in the opposite order; Node 20 has no AsyncDisposableStack. */
export class CloseStack implements AsyncDisposable {
  #closers: (() => Promise<void> | void)[] = [];

  use<Resource extends AsyncDisposable>(resource: Resource): Resource {
    this.#closers.push(() => Promise.resolve(resource[Symbol.asyncDispose]()));
    return resource;
  }

  defer(close: () => Promise<void> | void): void {
    this.#closers.push(close);
  }

  /** Hands everything over to a new stack: leaving this one closes nothing. */
  move(): CloseStack {
    const moved = new CloseStack();
    moved.#closers = this.#closers;
    this.#closers = [];
    return moved;
  }

  /** Closes everything, the failures of some notwithstanding. @throws the first failure, or an AggregateError of several */
  async [Symbol.asyncDispose](): Promise<void> {
    const closers = this.#closers.toReversed();
    this.#closers = [];
    const failures: unknown[] = [];
    for (const close of closers) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 1) throw new AggregateError(failures, 'several resources could not be closed');
    if (failures.length === 1) throw failures[0];
  }
}
