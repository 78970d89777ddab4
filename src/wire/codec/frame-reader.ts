import { type PgError, limitExceeded, protocolViolation } from '../../errors/index.ts';
import { Frame } from './frame.ts';

/** How long a message of one type may be, and whether a longer one is skipped (the session goes on) or ends the connection. */
export interface FrameLimit {
  readonly bytes: number;
  readonly skippable: boolean;
}

/** The largest length PostgreSQL reads at all; beyond it the stream is taken for garbage. */
const credibleLength = 0x3fff_ffff;
const nothing = Buffer.alloc(0);

/**
 * Cuts a byte stream into messages. A message inside one chunk is a view on it; one that spans chunks is gathered in a buffer that
 * doubles, so memory follows what was received (never what was announced) and no byte is copied more than a few times.
 * Source: PostgreSQL 16 §55.2.
 */
export class FrameReader {
  #data: Buffer = nothing;
  #start = 0;
  #end = 0;
  /** Bytes of a refused message still to come. */
  #skipping = 0;

  /** Bytes received and not yet read as messages. */
  get bufferedBytes(): number {
    return this.#end - this.#start;
  }

  push(chunk: Buffer): void {
    const fresh = this.#skipped(chunk);
    if (fresh.length === 0) return;
    if (this.#start === this.#end) {
      this.#data = fresh;
      this.#start = 0;
      this.#end = fresh.length;
      return;
    }
    this.#append(fresh);
  }

  /** All unread bytes; the reader is empty afterwards. */
  takeRest(): Buffer {
    const rest = this.#data.subarray(this.#start, this.#end);
    this.#drop();
    return rest;
  }

  /**
   * The next typed message, or null until more bytes come. One over its limit is skipped and comes as `refused` (54000).
   * @throws PgError 08P01 FATAL for a length that cannot be; what `limitOf` throws for a type that may not come.
   */
  next(limitOf: (type: number) => FrameLimit): Frame | null {
    if (this.#skipping > 0 || this.#end - this.#start < 5) return null;
    const type = this.#data.readUInt8(this.#start);
    const limit = limitOf(type);
    const length = this.#data.readInt32BE(this.#start + 1);
    if (length < 4 || length > (limit.skippable ? credibleLength : limit.bytes)) throw invalidLength();
    if (length > limit.bytes) return this.#refuse(type, length, limit.bytes);
    const end = this.#start + 1 + length;
    if (end > this.#end) return null;
    const frame = new Frame(type, this.#data, this.#start + 5, end);
    this.#advance(end);
    return frame;
  }

  /**
   * The next packet without a type byte (StartupMessage, SSLRequest, GSSENCRequest, CancelRequest), or null until more bytes come.
   * @throws PgError 08P01 FATAL for a length under 8 or over the limit.
   */
  nextUntyped(limitBytes: number): Frame | null {
    if (this.#end - this.#start < 4) return null;
    const length = this.#data.readInt32BE(this.#start);
    if (length < 8 || length > limitBytes) {
      throw protocolViolation('invalid length of startup packet', { severity: 'FATAL' });
    }
    const end = this.#start + length;
    if (end > this.#end) return null;
    const frame = new Frame(0, this.#data, this.#start + 4, end);
    this.#advance(end);
    return frame;
  }

  /** The first unread byte, for telling a TLS handshake from a packet; null while there is none. */
  peek(): number | null {
    return this.#start === this.#end ? null : this.#data.readUInt8(this.#start);
  }

  #refuse(type: number, length: number, limitBytes: number): Frame {
    const present = Math.min(this.#end - this.#start, 1 + length);
    this.#skipping = 1 + length - present;
    this.#advance(this.#start + present);
    return new Frame(type, nothing, 0, 0, messageTooLong(length, limitBytes));
  }

  #skipped(chunk: Buffer): Buffer {
    if (this.#skipping === 0) return chunk;
    const count = Math.min(this.#skipping, chunk.length);
    this.#skipping -= count;
    return chunk.subarray(count);
  }

  #append(chunk: Buffer): void {
    const wanted = this.#end + chunk.length;
    if (wanted > this.#data.length || this.#isView()) this.#grow(chunk.length);
    chunk.copy(this.#data, this.#end);
    this.#end += chunk.length;
  }

  /** A received chunk is not ours to write behind. */
  #isView(): boolean {
    return this.#end === this.#data.length;
  }

  #grow(moreBytes: number): void {
    const used = this.#end - this.#start;
    const larger = Buffer.allocUnsafe(Math.max(2 * (used + moreBytes), 1024));
    this.#data.copy(larger, 0, this.#start, this.#end);
    this.#data = larger;
    this.#start = 0;
    this.#end = used;
  }

  #advance(to: number): void {
    if (to === this.#end) this.#drop();
    else this.#start = to;
  }

  #drop(): void {
    this.#data = nothing;
    this.#start = 0;
    this.#end = 0;
  }
}

function invalidLength(): PgError {
  return protocolViolation('invalid message length', { severity: 'FATAL' });
}

function messageTooLong(length: number, limitBytes: number): PgError {
  return limitExceeded('message is too long', {
    detail: `The message has ${length} bytes; the limit is ${limitBytes}.`,
  });
}
