import { PgError, queryCancelled } from '../../errors/index.ts';

const usesMax = 100;

/**
 * Runs the session's calls one at a time and can end the one that runs. A cancel between two calls is ignored, as in PostgreSQL.
 * One AbortController serves many calls, because making one costs as much as a small statement; `renew` bounds what may gather on its signal.
 */
export class RunningCall {
  #controller: AbortController | null = null;
  #running = false;
  /** Calls that had to wait: only those leave anything on the signal. */
  #uses = 0;

  get running(): boolean {
    return this.#running;
  }

  /** A client's CancelRequest: 57014. */
  cancel(): void {
    this.abort(queryCancelled());
  }

  /** Ends the call that runs, if any, with this error. */
  abort(reason: PgError): void {
    if (!this.#running) return;
    const controller = this.#controller;
    this.rest();
    controller?.abort(reason);
  }

  /** To be asked when no call runs and no result is under way. */
  renew(): void {
    if (this.#uses >= usesMax) this.rest();
  }

  /** Holds nothing until the next call, which may be long in coming. */
  rest(): void {
    this.#controller = null;
    this.#uses = 0;
  }

  /** @throws what the call throws, or the PgError it was aborted with. */
  run<T>(call: (signal: AbortSignal) => T | Promise<T>): T | Promise<T> {
    this.#controller ??= new AbortController();
    const { signal } = this.#controller;
    this.#running = true;
    let result: T | Promise<T> | undefined;
    try {
      result = call(signal);
    } finally {
      this.#running = result instanceof Promise;
    }
    return result instanceof Promise ? this.#settled(result, signal) : result;
  }

  async #settled<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
    this.#uses += 1;
    try {
      return await result;
    } catch (error) {
      throw signal.aborted ? reasonOf(signal, error) : error;
    } finally {
      this.#running = false;
    }
  }
}

/** An engine may wrap or ignore the reason; what ends the connection is not its choice. */
function reasonOf(signal: AbortSignal, error: unknown): unknown {
  const reason: unknown = signal.reason;
  if (!(reason instanceof PgError)) return error;
  return error instanceof PgError && reason.severity === 'ERROR' ? error : reason;
}
