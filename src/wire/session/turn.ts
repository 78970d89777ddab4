import { setImmediate as othersFirst } from 'node:timers/promises';

/** How long one connection may work before the others get the event loop. */
const turnMs = 10;
/** Looking at the clock costs more than a small message. */
const looksEvery = 16;

/** A client that sends faster than it is answered must not keep the event loop: its work may never have to wait for anything. */
export class Turn {
  #steps = 0;
  /** Taken at the first look; null before it. */
  #startMs: number | null = null;

  /** The connection waits for its client: the others have the event loop. */
  begin(): void {
    this.#steps = 0;
    this.#startMs = null;
  }

  /** To be asked after each step; a promise when the turn is over. */
  over(): Promise<void> | undefined {
    this.#steps += 1;
    if (this.#steps % looksEvery !== 0) return undefined;
    const nowMs = performance.now();
    this.#startMs ??= nowMs;
    return nowMs - this.#startMs < turnMs ? undefined : this.#yield();
  }

  async #yield(): Promise<void> {
    await othersFirst();
    this.begin();
  }
}
