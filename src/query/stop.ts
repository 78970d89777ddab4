/** Says once that nobody waits for something any more. An AbortController for what is made with every read: it has one listener, and is light. */
export class Stop {
  #stopped = false;
  #listener: (() => void) | null = null;

  get stopped(): boolean {
    return this.#stopped;
  }

  stop(): void {
    this.#stopped = true;
    const listener = this.#listener;
    this.#listener = null;
    listener?.();
  }

  /** In place of the listener before, which has done its part. */
  onStop(listener: () => void): void {
    this.#listener = listener;
  }
}
