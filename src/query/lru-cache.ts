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
  /** Stands at the oldest entry: a new iterator would pass over all that went since the table was last made anew. */
  #oldest: Iterator<readonly [Key, Entry<Value>], undefined>;

  constructor(weightMax: number, evicted: (key: Key, value: Value) => void = () => {}) {
    this.#weightMax = weightMax;
    this.#evicted = evicted;
    this.#oldest = this.#entries.entries();
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
    this.#oldest = this.#entries.entries();
    this.#weight = 0;
  }

  /** What is put back comes again behind the others, unused: there is an end to it. */
  #makeRoom(weight: number): void {
    while (this.#weight + weight > this.#weightMax) {
      const { value: oldest } = this.#oldest.next();
      if (oldest === undefined) return;
      const [key, entry] = oldest;
      this.#entries.delete(key);
      if (entry.used) {
        entry.used = false;
        this.#entries.set(key, entry);
      } else {
        this.#weight -= entry.weight;
        this.#evicted(key, entry.value);
      }
    }
  }
}
