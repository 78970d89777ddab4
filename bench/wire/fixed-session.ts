import { columnOf, MessageWriter, typeOids } from '../../src/wire/codec/index.ts';
import type { Completion, Portal, Prepared, RowSink, Session, Statement } from '../../src/wire/index.ts';

const one = [columnOf('?column?', typeOids.int4)];
const wide = [columnOf('generate_series', typeOids.int4), columnOf('repeat', typeOids.text)];
const parameters = new Map([
  ['server_version', '16.6'],
  ['server_encoding', 'UTF8'],
  ['client_encoding', 'UTF8'],
  ['application_name', ''],
  ['DateStyle', 'ISO, MDY'],
  ['IntervalStyle', 'postgres'],
  ['TimeZone', 'UTC'],
  ['integer_datetimes', 'on'],
  ['standard_conforming_strings', 'on'],
]);

const chunkRows = 64;
const chunk = rowChunk();

/** Ready-made DataRows of about 64 KiB, as the read path hands them on. */
function rowChunk(): Buffer {
  const out = new MessageWriter();
  for (let row = 0; row < chunkRows; row += 1) {
    out.begin('D').uint16(2).sizedText('100000').sizedText('x'.repeat(1000)).end();
  }
  return out.take();
}

/** Answers each statement with one row at once, or with the number of wide rows that it asks for: the protocol's own cost. */
export class FixedSession implements Session {
  readonly parameters = parameters;
  readonly transaction = 'idle';

  split(text: string): readonly Statement[] {
    return [{ text, offset0: 0, source: text }];
  }

  query(statement: Statement, _last: boolean, sink: RowSink): Promise<Completion> | Completion {
    const rows = Number(/generate_series\(1, (\d+)\)/.exec(statement.text)?.[1] ?? 0);
    sink.columns(rows === 0 ? one : wide);
    return rows > 0 ? this.#wide(rows, sink) : this.#narrow(sink);
  }

  parse(statement: Statement): Prepared {
    return { statement, parameterTypes: [], columns: one };
  }

  bind(prepared: Prepared): Portal {
    return { prepared, columns: one, resultFormats: [], close: () => {} };
  }

  execute(_portal: Portal, _maxRows: number, sink: RowSink): Promise<Completion> | Completion {
    return this.#narrow(sink);
  }

  fail(): void {}

  sync(): void {}

  async [Symbol.asyncDispose](): Promise<void> {}

  #narrow(sink: RowSink): Promise<Completion> | Completion {
    const completion = { tag: 'SELECT 1' };
    const room = sink.row([1]);
    return room instanceof Promise ? room.then(() => completion) : completion;
  }

  async #wide(rows: number, sink: RowSink): Promise<Completion> {
    for (let sent = 0; sent < rows; sent += chunkRows) await sink.message(chunk);
    return { tag: `SELECT ${rows}` };
  }
}
