interface Entry<Value> {
  readonly value: Value;
  readonly weight: number;
  /** Since it was put where it stands. */
  used: boolean;
}

/**
 * Keeps what was used lately, as long as the sum of weights stays under a limit. What was used is noted and moved to the end of the row only when its
 * turn to go has come (a second chance): to move it at each use would cost more than the look-up.
 */
export class LruCache<Key, Value> {
  readonly #weightMax: number;
  readonly #entries = new Map<Key, Entry<Value>>();
  readonly #evicted: (key: Key, value: Value) => void;
  #weight = 0;

  constructor(weightMax: number, evicted: (key: Key, value: Value) => void = () => {}) {
    this.#weightMax = weightMax;
    this.#evicted = evicted;
  }

  get(key: Key): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    entry.used = true;
    return entry.value;
  }

  set(key: Key, value: Value, weight = 1): void {
    this.delete(key);
    if (weight > this.#weightMax) return;
    this.#makeRoom(weight);
    this.#entries.set(key, { value, weight, used: false });
    this.#weight += weight;
  }

  delete(key: Key): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#weight -= entry.weight;
  }

  clear(): void {
    this.#entries.clear();
    this.#weight = 0;
  }

  /** What is put back comes again behind the others, unused: there is an end to it. */
  #makeRoom(weight: number): void {
    for (const [oldest, entry] of this.#entries) {
      if (this.#weight + weight <= this.#weightMax) return;
      this.#entries.delete(oldest);
      if (entry.used) {
        entry.used = false;
        this.#entries.set(oldest, entry);
      } else {
        this.#weight -= entry.weight;
        this.#evicted(oldest, entry.value);
      }
    }
  }
}
