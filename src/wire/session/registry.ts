import { randomFillSync, timingSafeEqual } from 'node:crypto';
import type { CancelKey } from '../handler.ts';

interface Entry {
  readonly secret: Uint8Array;
  readonly cancel: () => void;
}

/** A cancel key that is valid until it is disposed of. */
export interface IssuedKey extends Disposable {
  readonly key: CancelKey;
}

/** Random bytes are drawn in stock: asking for four costs as much as for thousands. */
const stockBytes = 4096;

/** The cancel keys of all running sessions. A wrong key is ignored in silence, and costs the same time as a right one. */
export class CancelRegistry {
  readonly #entries = new Map<number, Entry>();
  readonly #stock = Buffer.alloc(stockBytes);
  #used = stockBytes;

  /** `secretBytes`: 4 in protocol 3.0, 32 in 3.2. */
  issue(secretBytes: number, cancel: () => void): IssuedKey {
    const processId = this.#freeProcessId();
    const secret = this.#random(secretBytes);
    this.#entries.set(processId, { secret, cancel });
    return { key: { processId, secret }, [Symbol.dispose]: () => void this.#entries.delete(processId) };
  }

  /** False when no session of ours has this process id. */
  cancel({ processId, secret }: CancelKey): boolean {
    const entry = this.#entries.get(processId);
    if (entry === undefined) return false;
    if (secret.length === entry.secret.length && timingSafeEqual(secret, entry.secret)) entry.cancel();
    return true;
  }

  #freeProcessId(): number {
    for (;;) {
      const [a = 0, b = 0, c = 0, d = 0] = this.#random(4);
      const processId = (a & 0x7f) * 0x100_0000 + b * 0x1_0000 + c * 0x100 + d;
      if (processId !== 0 && !this.#entries.has(processId)) return processId;
    }
  }

  /** A copy of its own (not of Buffer's pool, which it would keep alive): nothing of a secret stays behind in the stock. */
  #random(count: number): Uint8Array {
    if (this.#used + count > stockBytes) {
      randomFillSync(this.#stock);
      this.#used = 0;
    }
    const drawn = this.#stock.subarray(this.#used, this.#used + count);
    const copy = new Uint8Array(drawn);
    drawn.fill(0);
    this.#used += count;
    return copy;
  }
}
