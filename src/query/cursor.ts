import { limitExceeded, queryCancelled } from '../errors/index.ts';
import type { Answer } from './answers.ts';
import type { MessageSink, Portion, ReadCursor } from './contract.ts';
import { eachMessage, messageType, readTag } from './mirror/backend-messages.ts';

/** Rows that a cursor keeps for later, when a client takes them in portions. */
const keptBytesMax = 64 * 1024 * 1024;

type Listener = (message: Uint8Array) => Promise<void> | void;

export interface CursorSource {
  /** An answer that is at hand. */
  known(): Answer | undefined;
  run(signal: AbortSignal, listener: Listener): Promise<void>;
}

/**
 * One execution of a read. Taken whole, rows stream through. Taken in portions, the statement still runs once and to its
 * end, and what the client has not asked for yet is kept: an engine that serves everybody cannot hold a portal open.
 */
export class Cursor implements ReadCursor {
  readonly #source: CursorSource;
  readonly #kept: Uint8Array[] = [];
  #next = 0;
  #keptBytes = 0;
  #tag: string | null = null;
  #closed = false;

  constructor(source: CursorSource) {
    this.#source = source;
  }

  fetch(maxRows: number, describe: boolean, sink: MessageSink, signal: AbortSignal): Portion | Promise<Portion> {
    if (this.#closed) throw queryCancelled('the cursor is closed');
    if (this.#tag !== null) return this.#portion(maxRows, sink);
    const answer = this.#source.known();
    if (answer !== undefined && maxRows === 0) return passOn(answer, describe, sink);
    const begun =
      answer === undefined ? this.#execute(maxRows, describe, sink, signal) : this.#take(answer, describe, sink);
    return begun.then(() => this.#portion(maxRows, sink));
  }

  close(): void {
    this.#closed = true;
    this.#kept.length = 0;
  }

  async #portion(maxRows: number, sink: MessageSink): Promise<Portion> {
    const portion = this.#kept.slice(this.#next, maxRows === 0 ? undefined : this.#next + maxRows);
    this.#next += portion.length;
    for (const row of portion) await sink.message(row);
    // A portion that ends exactly with the last row is not known to be the last one, as in PostgreSQL.
    if (this.#next < this.#kept.length || (maxRows > 0 && portion.length === maxRows)) return { suspended: true };
    return { tag: this.#kept.length > 0 ? portionTag(this.#tag ?? '', portion.length) : (this.#tag ?? '') };
  }

  async #take({ whole, rowsAt, tag }: Answer, describe: boolean, sink: MessageSink): Promise<void> {
    if (describe) await sink.message(whole.subarray(0, rowsAt));
    this.#kept.push(...eachMessage(whole.subarray(rowsAt)));
    this.#tag = tag;
  }

  /** Passes everything on as it comes, or keeps the rows if they are taken in portions. */
  async #execute(maxRows: number, describe: boolean, sink: MessageSink, signal: AbortSignal): Promise<void> {
    await this.#source.run(signal, (message) => {
      switch (messageType(message)) {
        case 'D':
          return maxRows === 0 ? sink.message(message) : this.#keep(message);
        case 'T':
          return describe ? sink.message(message) : undefined;
        case 'C':
          this.#tag = readTag(message);
          return undefined;
        case 'n':
          return undefined;
        default:
          return sink.message(message);
      }
    });
  }

  #keep(rows: Uint8Array): void {
    this.#keptBytes += rows.length;
    if (this.#keptBytes > keptBytesMax) {
      throw limitExceeded(`a result taken in portions is larger than ${keptBytesMax} bytes`, {
        hint: 'Take the result whole, or less of it.',
      });
    }
    this.#kept.push(...eachMessage(rows));
  }
}

/** Done at once unless the client has no room. */
function passOn(answer: Answer, describe: boolean, sink: MessageSink): Portion | Promise<Portion> {
  const bytes = describe ? answer.whole : answer.whole.subarray(answer.rowsAt);
  const room = bytes.length > 0 ? sink.message(bytes) : undefined;
  return room instanceof Promise ? room.then(() => answer) : answer;
}

/** SELECT's tag counts the rows of the last portion, as PostgreSQL's portals do. */
const portionTag = (tag: string, taken: number): string => (tag.startsWith('SELECT ') ? `SELECT ${taken}` : tag);
