import { invariant } from '../../errors/index.ts';

const firstBytes = 512;
const mostBytes = 64 * 1024;
const shortText = 32;

/**
 * Builds backend messages in one growing buffer. What `take` returns is the caller's for good; the next buffer starts as large as the last
 * one was used, so a stream of rows is written in large pieces and an idle session holds nothing.
 */
export class MessageWriter {
  #buffer: Buffer | null = null;
  #offset = 0;
  #messageStart = -1;
  #nextBytes = firstBytes;

  /** Bytes written since the last `take`. */
  get length(): number {
    return this.#offset;
  }

  /** What was written, in whole messages; the writer is empty afterwards. */
  take(): Buffer {
    invariant(this.#messageStart < 0, 'a message is not finished');
    const taken = this.#buffer === null ? Buffer.alloc(0) : this.#buffer.subarray(0, this.#offset);
    this.#nextBytes = Math.min(mostBytes, Math.max(firstBytes, this.#offset));
    this.#buffer = null;
    this.#offset = 0;
    return taken;
  }

  /** Starts a message of this type (one ASCII letter); its length is filled in by `end`. */
  begin(type: string): this {
    const buffer = this.#room(5);
    this.#messageStart = this.#offset;
    buffer[this.#offset] = type.charCodeAt(0);
    this.#offset += 5;
    return this;
  }

  end(): this {
    this.#buffer?.writeInt32BE(this.#offset - this.#messageStart - 1, this.#messageStart + 1);
    this.#messageStart = -1;
    return this;
  }

  /** Gives up a message that was begun, when one of its values cannot be encoded. */
  abandon(): void {
    if (this.#messageStart < 0) return;
    this.#offset = this.#messageStart;
    this.#messageStart = -1;
  }

  uint8(value: number): this {
    this.#offset = this.#room(1).writeUInt8(value, this.#offset);
    return this;
  }

  int16(value: number): this {
    this.#offset = this.#room(2).writeInt16BE(value, this.#offset);
    return this;
  }

  uint16(value: number): this {
    this.#offset = this.#room(2).writeUInt16BE(value, this.#offset);
    return this;
  }

  int32(value: number): this {
    this.#offset = this.#room(4).writeInt32BE(value, this.#offset);
    return this;
  }

  uint32(value: number): this {
    this.#offset = this.#room(4).writeUInt32BE(value, this.#offset);
    return this;
  }

  int64(value: bigint): this {
    this.#offset = this.#room(8).writeBigInt64BE(value, this.#offset);
    return this;
  }

  float32(value: number): this {
    this.#offset = this.#room(4).writeFloatBE(value, this.#offset);
    return this;
  }

  float64(value: number): this {
    this.#offset = this.#room(8).writeDoubleBE(value, this.#offset);
    return this;
  }

  bytes(value: Uint8Array): this {
    this.#room(value.length).set(value, this.#offset);
    this.#offset += value.length;
    return this;
  }

  /** UTF-8 without an end mark. */
  text(value: string): this {
    if (value.length <= shortText && this.#ascii(value)) return this;
    const bytesMost = value.length < 1024 ? value.length * 3 : Buffer.byteLength(value);
    this.#offset += this.#room(bytesMost).write(value, this.#offset, 'utf8');
    return this;
  }

  /** UTF-8 with a zero byte behind; a zero inside would end it early and is left out. */
  cstring(value: string): this {
    return this.text(value.includes('\0') ? value.replaceAll('\0', '') : value).uint8(0);
  }

  /** UTF-8 behind its length in bytes as an int32. */
  sizedText(value: string): this {
    const at = this.#offset;
    return this.int32(0).text(value).#fillLength(at);
  }

  /** Reserves an int32 for the length of what `write` adds, and fills it in. */
  sized(write: () => void): this {
    const at = this.#offset;
    this.int32(0);
    write();
    return this.#fillLength(at);
  }

  /** Writes a short text character by character, which costs less than a call out of JavaScript; false for one that is not all ASCII. */
  #ascii(value: string): boolean {
    const buffer = this.#room(value.length);
    for (let index = 0; index < value.length; index += 1) {
      const code = value.charCodeAt(index);
      if (code >= 0x80) return false;
      buffer[this.#offset + index] = code;
    }
    this.#offset += value.length;
    return true;
  }

  #fillLength(at: number): this {
    this.#buffer?.writeInt32BE(this.#offset - at - 4, at);
    return this;
  }

  #room(bytes: number): Buffer {
    const wanted = this.#offset + bytes;
    if (this.#buffer !== null && wanted <= this.#buffer.length) return this.#buffer;
    const larger = Buffer.allocUnsafe(
      Math.max(wanted, this.#buffer === null ? this.#nextBytes : this.#buffer.length * 2),
    );
    this.#buffer?.copy(larger, 0, 0, this.#offset);
    this.#buffer = larger;
    return larger;
  }
}
