const places = 16_384;

/** Whether a key came lately, in memory that never grows: each place holds the hash that came last. It may err, either way: for what is worth keeping, not for what is true. */
export class SeenBefore {
  readonly #hashes = new Int32Array(places);

  /** Notes that it comes now. */
  note(key: string): boolean {
    const hash = hashOf(key);
    const place = hash & (places - 1);
    const seen = this.#hashes[place] === hash;
    this.#hashes[place] = hash;
    return seen;
  }
}

/** FNV-1a over UTF-16 code units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}
