import type { Duplex } from 'node:stream';
import { guardData } from '../guard-data.ts';

const headerLength = 5;
/** Rows of what is asked here are shorter by far. */
const messageLengthMax = 16 * 1024 * 1024;
const errorResponse = 0x45;
const noticeResponse = 0x4e;

/**
 * Looks at a server's messages before `pg` (8.23) does: it would loop for ever on an ErrorResponse without an end, buffer without limit,
 * and throw on other nonsense.
 */
export function guardMessages<Stream extends Duplex>(stream: Stream): Stream {
  const frames = new Frames();
  return guardData(stream, (chunk) => frames.check(chunk));
}

/** Follows the framing of backend messages over chunks. Source: PostgreSQL 16 §55.2 and §55.8. */
export class Frames {
  readonly #header = Buffer.alloc(headerLength);
  #headerFilled = 0;
  #bodyLeft = 0;
  /** The last two bytes of the body so far. */
  #lastTwo = 0xffff;

  /** @throws Error for a message that is too long, or an error or notice that does not end. */
  check(chunk: Buffer): void {
    this.endOf(null, chunk);
  }

  /** Where in the chunk the first message of this type ends; undefined when it does not. What is behind it is not looked at. @throws Error as {@link check}. */
  endOf(type: number | null, chunk: Buffer): number | undefined {
    let offset = 0;
    while (offset < chunk.length) {
      if (this.#headerFilled < headerLength) {
        this.#header[this.#headerFilled] = chunk[offset] ?? 0;
        this.#headerFilled += 1;
        offset += 1;
        if (this.#headerFilled === headerLength) this.#begin();
      } else {
        const taken = Math.min(this.#bodyLeft, chunk.length - offset);
        for (const byte of chunk.subarray(offset + Math.max(0, taken - 2), offset + taken)) {
          this.#lastTwo = ((this.#lastTwo << 8) | byte) & 0xffff;
        }
        this.#bodyLeft -= taken;
        offset += taken;
      }
      if (this.#headerFilled === headerLength && this.#bodyLeft === 0 && this.#end() === type) return offset;
    }
    return undefined;
  }

  #begin(): void {
    const length = this.#header.readUInt32BE(1);
    if (length < 4 || length > messageLengthMax) throw new Error(`a message of ${length} bytes`);
    this.#bodyLeft = length - 4;
    // A body of one zero byte ends too: it has no fields.
    this.#lastTwo = length === 5 ? 0 : 0xffff;
  }

  #end(): number {
    const type = this.#header[0] ?? 0;
    this.#headerFilled = 0;
    if ((type === errorResponse || type === noticeResponse) && this.#lastTwo !== 0) {
      throw new Error('an error message that does not end');
    }
    return type;
  }
}
