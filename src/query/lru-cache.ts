/** Keeps what was used last, as long as the sum of weights stays under a limit. */
export class LruCache<Key, Value> {
  readonly #weightMax: number;
  readonly #entries = new Map<Key, { readonly value: Value; readonly weight: number }>();
  readonly #evicted: (key: Key, value: Value) => void;
  #weight = 0;

  constructor(weightMax: number, evicted: (key: Key, value: Value) => void = () => {}) {
    this.#weightMax = weightMax;
    this.#evicted = evicted;
  }

  get(key: Key): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  set(key: Key, value: Value, weight = 1): void {
    this.delete(key);
    if (weight > this.#weightMax) return;
    this.#entries.set(key, { value, weight });
    this.#weight += weight;
    for (const [oldest, entry] of this.#entries) {
      if (this.#weight <= this.#weightMax) break;
      this.delete(oldest);
      this.#evicted(oldest, entry.value);
    }
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
}
