import { isUtf8 } from 'node:buffer';
import { PgError, protocolViolation } from '../../errors/index.ts';

/** Reads the fields of one message's body; every read is checked against the body's end. @throws PgError 08P01, 22021 */
export class BodyReader {
  readonly #data: Buffer;
  #offset: number;
  readonly #end: number;

  /** The body is `data` from `start` to `end`; all of it without them. */
  constructor(data: Buffer, start = 0, end = data.length) {
    this.#data = data;
    this.#offset = start;
    this.#end = end;
  }

  get remainingBytes(): number {
    return this.#end - this.#offset;
  }

  uint8(): number {
    if (this.remainingBytes === 0) throw protocolViolation('no data left in message');
    return this.#data.readUInt8(this.#take(1));
  }

  int16(): number {
    return this.#data.readInt16BE(this.#take(2));
  }

  uint16(): number {
    return this.#data.readUInt16BE(this.#take(2));
  }

  int32(): number {
    return this.#data.readInt32BE(this.#take(4));
  }

  uint32(): number {
    return this.#data.readUInt32BE(this.#take(4));
  }

  bytes(count: number): Buffer {
    const start = this.#take(count);
    return this.#data.subarray(start, start + count);
  }

  /** A string that ends with a zero byte, as UTF-8. */
  cstring(): string {
    const start = this.#offset;
    let end = start;
    let bits = 0;
    for (; end < this.#end; end += 1) {
      const byte = this.#data[end] ?? 0;
      if (byte === 0) break;
      bits |= byte;
    }
    if (end === this.#end) throw protocolViolation('invalid string in message');
    this.#offset = end + 1;
    if (end === start) return '';
    return bits < 0x80 ? this.#data.toString('latin1', start, end) : utf8(this.#data.subarray(start, end));
  }

  /** The message must be over. */
  end(): void {
    if (this.#offset !== this.#end) throw protocolViolation('invalid message format');
  }

  #take(count: number): number {
    const start = this.#offset;
    if (count < 0 || count > this.#end - start) throw protocolViolation('insufficient data left in message');
    this.#offset = start + count;
    return start;
  }
}

/** @throws PgError 22021 naming the first bytes that are no UTF-8. */
export function utf8(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw invalidUtf8(bytes);
  return bytes.toString('utf8');
}

/** @throws PgError 22021 for bytes that are no text in UTF-8: malformed sequences and zero bytes. */
export function checkText(bytes: Buffer): void {
  if (!isUtf8(bytes)) throw invalidUtf8(bytes);
  if (bytes.includes(0)) throw invalidSequence([0]);
}

function invalidUtf8(bytes: Buffer): PgError {
  let offset = 0;
  while (offset < bytes.length) {
    const width = announcedWidth(bytes[offset] ?? 0);
    if (!isCharacter(bytes, offset, width)) return invalidSequence([...bytes.subarray(offset, offset + width)]);
    offset += width;
  }
  return invalidSequence([]);
}

/** How many bytes the first byte of a character says it has; 1 for a byte that begins none. */
function announcedWidth(lead: number): number {
  if ((lead & 0xe0) === 0xc0) return 2;
  if ((lead & 0xf0) === 0xe0) return 3;
  return (lead & 0xf8) === 0xf0 ? 4 : 1;
}

/** Source: RFC 3629 §4 (no overlong forms, no surrogates, nothing above U+10FFFF). */
function isCharacter(bytes: Buffer, offset: number, width: number): boolean {
  const lead = bytes[offset] ?? 0;
  if (width === 1) return lead < 0x80;
  if (offset + width > bytes.length) return false;
  for (let index = 1; index < width; index += 1) if (((bytes[offset + index] ?? 0) & 0xc0) !== 0x80) return false;
  const second = bytes[offset + 1] ?? 0;
  if (width === 2) return lead >= 0xc2;
  if (width === 3) return (lead !== 0xe0 || second >= 0xa0) && (lead !== 0xed || second < 0xa0);
  return lead < 0xf5 && (lead !== 0xf0 || second >= 0x90) && (lead !== 0xf4 || second < 0x90);
}

function invalidSequence(bytes: readonly number[]): PgError {
  const hex = bytes.map((byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(' ');
  return new PgError('character_not_in_repertoire', `invalid byte sequence for encoding "UTF8": ${hex}`);
}
