import { constants, getPriority, setPriority } from 'node:os';

/** Not the lowest there is: on a machine that others keep busy, that would be to stand still. */
const lowerBy = 10;

/**
 * How much of a busy processor a thread gets. On Linux each thread has a priority of its own, and Node's functions, given
 * a thread's number, set that; elsewhere nothing happens.
 */
export class ThreadPriority {
  readonly #threadId: number | null;
  #before: number | null = null;

  constructor(threadId: number | null) {
    this.#threadId = threadId;
  }

  /** Others get some ten times as much of a busy processor. */
  lower(): void {
    if (this.#threadId === null || this.#before !== null) return;
    try {
      const before = getPriority(this.#threadId);
      setPriority(this.#threadId, Math.min(before + lowerBy, constants.priority.PRIORITY_LOW));
      this.#before = before;
    } catch {
      // The thread has ended, or the system does not allow it: then it competes as before.
    }
  }

  /** Takes back what was lowered. Whether that was allowed: not every process may. */
  restore(): boolean {
    if (this.#threadId === null || this.#before === null) return true;
    try {
      setPriority(this.#threadId, this.#before);
      this.#before = null;
      return true;
    } catch {
      return false;
    }
  }
}
