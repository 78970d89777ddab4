import { race } from './tcp.ts';

/**
 * Limits how many opens of one target are under way at once, so that a target that does not answer, or a thousand dials to one, keep
 * nobody else waiting. First come, first served within a target.
 */
export class Turns {
  readonly #max: number;
  readonly #lines = new Map<string, { taken: number; readonly queue: (() => void)[] }>();

  constructor(max: number) {
    this.#max = max;
  }

  /** Waits for a turn. Call what it gives when done. @throws the signal's reason. */
  async take(key: string, signal: AbortSignal): Promise<() => void> {
    const line = this.#lines.get(key) ?? { taken: 0, queue: [] };
    this.#lines.set(key, line);
    if (line.taken < this.#max) line.taken += 1;
    else await this.#wait(line.queue, key, signal);
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#give(key);
    };
  }

  async #wait(queue: (() => void)[], key: string, signal: AbortSignal): Promise<void> {
    let mine = () => {};
    const turn = new Promise<void>((resolve) => {
      mine = resolve;
    });
    queue.push(mine);
    try {
      await race(turn, signal);
    } catch (error) {
      const index = queue.indexOf(mine);
      // The turn came at the same moment as the signal: it goes to the next.
      if (index === -1) this.#give(key);
      else queue.splice(index, 1);
      throw error;
    }
  }

  /** The turn passes to the next in line, or back. */
  #give(key: string): void {
    const line = this.#lines.get(key);
    if (line === undefined) return;
    const next = line.queue.shift();
    if (next !== undefined) {
      next();
      return;
    }
    line.taken -= 1;
    if (line.taken === 0) this.#lines.delete(key);
  }
}
