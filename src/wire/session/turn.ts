import { setImmediate as othersFirst } from 'node:timers/promises';

/** How long one connection may work before the others get the event loop. */
const turnMs = 10;
/** Looking at the clock costs more than a small message. */
const looksEvery = 16;

/** A client that sends faster than it is answered must not keep the event loop: its work may never have to wait for anything. */
export class Turn {
  #steps = 0;
  #startMs = performance.now();

  /** To be asked after each step; a promise when the turn is over. */
  over(): Promise<void> | undefined {
    this.#steps += 1;
    if (this.#steps % looksEvery !== 0 || performance.now() - this.#startMs < turnMs) return undefined;
    return this.#yield();
  }

  async #yield(): Promise<void> {
    await othersFirst();
    this.#startMs = performance.now();
  }
}
