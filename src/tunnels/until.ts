/**
 * A signal that aborts with the first of several, or after a time. Unlike `AbortSignal.any` and `.timeout` it lets go of its sources when
 * disposed: a dial leaves nothing behind on signals that live as long as the server.
 */
export class Until implements Disposable {
  readonly #controller = new AbortController();
  readonly #sources: readonly AbortSignal[];
  readonly #timer: NodeJS.Timeout | undefined;
  #timedOut = false;

  constructor(sources: readonly AbortSignal[], timeoutMs?: number) {
    this.#sources = sources;
    for (const source of sources) {
      if (source.aborted) this.#controller.abort(source.reason);
      else source.addEventListener('abort', this.#onAbort, { once: true });
    }
    if (timeoutMs !== undefined) this.#timer = setTimeout(() => this.#onTime(timeoutMs), timeoutMs).unref();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** It was the time, not one of the sources. */
  get timedOut(): boolean {
    return this.#timedOut;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    for (const source of this.#sources) source.removeEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = (event: Event): void => {
    this.#controller.abort((event.target as AbortSignal).reason);
  };

  #onTime(timeoutMs: number): void {
    if (this.#controller.signal.aborted) return;
    this.#timedOut = true;
    this.#controller.abort(new DOMException(`no answer within ${timeoutMs} ms`, 'TimeoutError'));
  }
}
