import type { PgError } from '../../errors/index.ts';

/** One message of a client: a piece of what was received, valid as long as its owner keeps it, never overwritten. */
export class Frame {
  /** The type byte; 0 for the untyped packets before a session. */
  readonly type: number;
  readonly data: Buffer;
  /** Where its body stands in `data`. */
  readonly start: number;
  readonly end: number;
  /** Set instead of a body when the message is over the limit: its bytes are thrown away and the session goes on. */
  readonly refused: PgError | undefined;

  constructor(type: number, data: Buffer, start: number, end: number, refused?: PgError) {
    this.type = type;
    this.data = data;
    this.start = start;
    this.end = end;
    this.refused = refused;
  }

  get length(): number {
    return this.end - this.start;
  }

  get body(): Buffer {
    return this.data.subarray(this.start, this.end);
  }
}
