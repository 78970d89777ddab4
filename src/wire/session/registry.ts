import { randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import type { CancelKey } from '../handler.ts';

interface Entry {
  readonly secret: Uint8Array;
  readonly cancel: () => void;
}

/** A cancel key that is valid until it is disposed of. */
export interface IssuedKey extends Disposable {
  readonly key: CancelKey;
}

const processIdMost = 0x7fff_ffff;

/** The cancel keys of all running sessions. A wrong key is ignored in silence, and costs the same time as a right one. */
export class CancelRegistry {
  readonly #entries = new Map<number, Entry>();

  /** `secretBytes`: 4 in protocol 3.0, 32 in 3.2. */
  issue(secretBytes: number, cancel: () => void): IssuedKey {
    const processId = this.#freeProcessId();
    const secret = randomBytes(secretBytes);
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
      const processId = randomInt(1, processIdMost);
      if (!this.#entries.has(processId)) return processId;
    }
  }
}
