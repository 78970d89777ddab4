const headerLength = 5;
const errorResponse = 0x45;
const readyForQuery = 0x5a;

/**
 * Follows where a server's messages begin and end, from header to header, so that something of ours may be said between two of them. No
 * body is looked at. Source: PostgreSQL 16 §55.2.
 */
export class Boundaries {
  readonly #header = Buffer.alloc(headerLength);
  #headerFilled = 0;
  #bodyLeft = 0;
  #type = readyForQuery;
  #answers = 0;
  #lost = false;

  /** Between two messages. */
  get between(): boolean {
    return !this.#lost && this.#headerFilled === 0 && this.#bodyLeft === 0;
  }

  /** How many times the server said that it is done and waits for the client. */
  get answers(): number {
    return this.#answers;
  }

  /** The server's last word was an error. */
  get failed(): boolean {
    return this.between && this.#type === errorResponse;
  }

  follow(chunk: Buffer): void {
    if (this.#lost) return;
    let offset = this.#bodyLeft;
    if (offset >= chunk.length) {
      this.#bodyLeft = offset - chunk.length;
      return;
    }
    this.#bodyLeft = 0;
    if (this.#headerFilled > 0) offset = this.#completeHeader(chunk, offset);
    const { length } = chunk;
    while (offset + headerLength <= length) {
      const bytes =
        ((chunk[offset + 1] as number) << 24) |
        ((chunk[offset + 2] as number) << 16) |
        ((chunk[offset + 3] as number) << 8) |
        (chunk[offset + 4] as number);
      this.#begin(chunk[offset] as number);
      if (bytes < 4) {
        this.#lost = true;
        return;
      }
      offset += 1 + bytes;
    }
    if (offset >= length) {
      this.#bodyLeft = offset - length;
      return;
    }
    this.#headerFilled = chunk.copy(this.#header, 0, offset);
  }

  /** Fills a header that began in an earlier chunk; the offset behind its message, which may be beyond the chunk. */
  #completeHeader(chunk: Buffer, offset: number): number {
    const taken = chunk.copy(this.#header, this.#headerFilled, offset, offset + headerLength - this.#headerFilled);
    this.#headerFilled += taken;
    if (this.#headerFilled < headerLength) return chunk.length;
    this.#headerFilled = 0;
    this.#begin(this.#header[0] as number);
    const bytes = this.#header.readInt32BE(1);
    if (bytes < 4) this.#lost = true;
    return offset + taken + bytes - 4;
  }

  #begin(type: number): void {
    this.#type = type;
    if (type === readyForQuery) this.#answers += 1;
  }
}
