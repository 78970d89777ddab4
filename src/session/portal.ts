import type { Outcome } from '../exec/index.ts';
import type { ReadCursor } from '../query/index.ts';
import type { DialectStatement, SplitStatement } from '../sql/index.ts';
import type { Completion, Format, Formats, Portal, Prepared, RowSink, Statement } from '../wire/handler.ts';
import { whenDone } from '../when-done.ts';

/** A statement with the way it takes. */
export interface RoutedStatement extends Statement {
  readonly route: SplitStatement['route'];
  /** The tree of a dialect statement; undefined for a read. */
  readonly tree: DialectStatement | undefined;
}

/** A statement ready to be bound. */
export interface SessionPrepared extends Prepared {
  readonly statement: RoutedStatement;
}

/** A bound statement: a read's cursor once it was begun, or rows of ours that were not taken yet. */
export class SessionPortal implements Portal {
  readonly prepared: SessionPrepared;
  readonly columns: Portal['columns'];
  readonly values: readonly (Uint8Array | null)[];
  readonly parameterFormats: readonly Format[];
  resultFormats: readonly Format[];
  cursor: ReadCursor | undefined;
  /** WITH HOLD: lives beyond its transaction. */
  holdable = false;
  /** All rows were taken. */
  exhausted = false;
  #rest: Outcome | undefined;

  constructor(prepared: SessionPrepared, values: readonly (Uint8Array | null)[], formats: Formats) {
    this.prepared = prepared;
    this.columns = prepared.columns;
    this.values = values;
    this.parameterFormats = formats.parameters;
    this.resultFormats = formats.results;
  }

  /** Rows of ours that a suspended Execute left. */
  get rest(): Outcome | undefined {
    return this.#rest;
  }

  /** The first FETCH decides in which formats the rows come. */
  chooseFormats(formats: readonly Format[]): void {
    if (this.cursor === undefined) this.resultFormats = formats;
  }

  close(): void {
    this.cursor?.close();
    this.cursor = undefined;
    this.#rest = undefined;
  }

  /** At most `maxRows` of the rows of a read (0: all), which is begun or goes on. */
  fetch(cursor: ReadCursor, maxRows: number, sink: RowSink, signal: AbortSignal): Promise<Completion> | Completion {
    this.cursor = cursor;
    return whenDone(cursor.fetch(maxRows, false, sink, signal), (completion) => {
      if (!('suspended' in completion)) this.exhausted = true;
      return completion;
    });
  }

  /** At most `maxRows` of the outcome's rows (0: all); what is left waits for the next Execute. */
  async send(outcome: Outcome, maxRows: number, sink: RowSink): Promise<Completion> {
    const rows = outcome.rows?.rows ?? [];
    const count = maxRows === 0 ? rows.length : Math.min(maxRows, rows.length);
    for (const row of rows.slice(0, count)) await sink.row(row);
    const left = rows.slice(count);
    this.#rest = { ...outcome, rows: { columns: outcome.rows?.columns ?? [], rows: left } };
    // A portion that ends exactly with the last row is not known to be the last one, as in PostgreSQL.
    if (maxRows !== 0 && count === maxRows) return { suspended: true };
    this.exhausted = true;
    return { tag: tagOf(outcome, count) };
  }
}

export const tagOf = (outcome: Outcome, count: number): string =>
  outcome.tag === 'SELECT' ? `SELECT ${count}` : outcome.tag;
