import { limitExceeded, queryCancelled } from '../errors/index.ts';
import type { MessageSink, ReadCursor } from './contract.ts';
import { messageType, readTag } from './mirror/backend-messages.ts';

/** Rows that a cursor keeps for later, when a client takes them in portions. */
const keptBytesMax = 64 * 1024 * 1024;

type Run = (signal: AbortSignal, listener: (message: Uint8Array) => Promise<void> | void) => Promise<void>;

/**
 * One execution of a read. Taken whole, rows stream through. Taken in portions, the statement still runs once and to its
 * end, and what the client has not asked for yet is kept: an engine that serves everybody cannot hold a portal open.
 */
export class Cursor implements ReadCursor {
  readonly #run: Run;
  readonly #kept: Uint8Array[] = [];
  #next = 0;
  #tag: string | null = null;
  #closed = false;

  constructor(run: Run) {
    this.#run = run;
  }

  async fetch(
    maxRows: number,
    describe: boolean,
    sink: MessageSink,
    signal: AbortSignal,
  ): Promise<{ readonly tag: string } | { readonly suspended: true }> {
    if (this.#closed) throw queryCancelled('the cursor is closed');
    let taken = 0;
    if (this.#tag === null) taken = await this.#execute(maxRows, describe, sink, signal);
    const portion = this.#kept.slice(this.#next, maxRows === 0 ? undefined : this.#next + maxRows - taken);
    this.#next += portion.length;
    taken += portion.length;
    for (const row of portion) await sink.message(row);
    if (this.#next < this.#kept.length) return { suspended: true };
    // A portion that ends exactly with the last row is not known to be the last one, as in PostgreSQL.
    if (maxRows > 0 && taken === maxRows) return { suspended: true };
    const tag = this.#tag ?? '';
    return { tag: portionTag(tag, maxRows, taken) };
  }

  close(): void {
    this.#closed = true;
    this.#kept.length = 0;
  }

  /** Passes the first portion on as it comes and keeps the rest. Returns how many rows were passed on. */
  async #execute(maxRows: number, describe: boolean, sink: MessageSink, signal: AbortSignal): Promise<number> {
    let passed = 0;
    let keptBytes = 0;
    await this.#run(signal, (message) => {
      switch (messageType(message)) {
        case 'D':
          if (maxRows === 0 || passed < maxRows) {
            passed += 1;
            return sink.message(message);
          }
          keptBytes += message.length;
          if (keptBytes > keptBytesMax) {
            throw limitExceeded(`a result taken in portions is larger than ${keptBytesMax} bytes`, {
              hint: 'Take the result whole, or less of it.',
            });
          }
          // The message may be a view of a larger chunk, which it must not keep alive.
          this.#kept.push(message.slice());
          return undefined;
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
    return passed;
  }
}

/** SELECT's tag counts the rows of the last portion, as PostgreSQL's portals do. */
const portionTag = (tag: string, maxRows: number, taken: number): string =>
  maxRows > 0 && tag.startsWith('SELECT ') ? `SELECT ${taken}` : tag;
