const forgetMs = 10 * 60_000;
const provenMs = 24 * 3_600_000;
const entriesMax = 10_000;
/** Wrong passwords that cost nothing: people mistype. */
const freeFailures = 3;
const firstDelayMs = 250;
/** An attempt that would wait longer than this is not taken on. */
const rowMostMs = 20_000;

interface Entry {
  failures: number;
  lastFailureMs: number;
  /** When the next attempt may be answered: attempts at the same time wait in a row. */
  freeAtMs: number;
}

/**
 * Slows down guessing. Each wrong password of a role from an address doubles the time its next attempts wait, up to a limit; an address that
 * fails for many roles waits too, but less, so that people behind one address do not lock each other out. A role that the address has proven
 * to be waits for its own failures only: an application's connections come in while somebody beside it guesses.
 */
export class LoginThrottle {
  readonly #entries = new Map<string, Entry>();
  /** When an address last proved to be a role. */
  readonly #proven = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Milliseconds that this attempt must wait before it is answered; null: too many wait already. Takes its place in the row. */
  delayMs(address: string, user: string): number | null {
    const [pair, whole] = keys(address, user);
    const proven = this.#now() - (this.#proven.get(pair) ?? -Infinity) < provenMs;
    const delayMs = Math.max(this.#step(pair, 16_000), proven ? 0 : this.#step(whole, 2_000));
    if (delayMs > rowMostMs) return null;
    for (const key of proven ? [pair] : [pair, whole]) {
      const entry = this.#current(key);
      if (entry !== undefined) entry.freeAtMs = this.#now() + delayMs;
    }
    return delayMs;
  }

  failed(address: string, user: string): void {
    for (const key of keys(address, user)) {
      const entry = this.#current(key) ?? { failures: 0, lastFailureMs: 0, freeAtMs: 0 };
      this.#entries.delete(key);
      this.#entries.set(key, { ...entry, failures: entry.failures + 1, lastFailureMs: this.#now() });
    }
    bound(this.#entries);
  }

  succeeded(address: string, user: string): void {
    const [pair] = keys(address, user);
    this.#entries.delete(pair);
    this.#proven.delete(pair);
    this.#proven.set(pair, this.#now());
    bound(this.#proven);
  }

  #step(key: string, mostMs: number): number {
    const entry = this.#current(key);
    if (entry === undefined || entry.failures < freeFailures) return 0;
    const now = this.#now();
    const stepMs = Math.min(mostMs, firstDelayMs * 2 ** Math.min(entry.failures - freeFailures, 16));
    return Math.max(now, entry.freeAtMs) + stepMs - now;
  }

  #current(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry !== undefined && this.#now() - entry.lastFailureMs > forgetMs) {
      this.#entries.delete(key);
      return undefined;
    }
    return entry;
  }
}

/** The oldest give way. */
function bound(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    if (map.size <= entriesMax) break;
    map.delete(key);
  }
}

function keys(address: string, user: string): [pair: string, whole: string] {
  const network = networkOf(address);
  return [`${network} ${user}`, network];
}

/** One subscriber has a /64 of IPv6 to choose addresses from. */
function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = ''] = address.split('::');
  return [...head.split(':'), '0', '0', '0', '0'].slice(0, 4).join(':');
}
