import { setTimeout as sleep } from 'node:timers/promises';
import { notice, PgError, unreachable } from '../../../src/errors/index.ts';
import { columnOf, formatAt, MessageWriter, typeOids } from '../../../src/wire/codec/index.ts';
import type {
  Column,
  Completion,
  Formats,
  Oid,
  Portal,
  Prepared,
  RowSink,
  Session,
  SessionNames,
  Statement,
  TransactionStatus,
  Value,
} from '../../../src/wire/index.ts';
import {
  decodeParameters,
  type Item,
  parameterTypes,
  checkSyntax,
  parseToy,
  splitToy,
  type ToyStatement,
} from './sql.ts';

interface ToyPrepared extends Prepared {
  readonly toy: ToyStatement;
}

interface ToyPortal extends Portal {
  readonly prepared: ToyPrepared;
  readonly values: readonly Value[];
  rowsSent: number;
}

/** A session over {@link ToyStatement}s that keeps a transaction's status as PostgreSQL does. */
export class ToySession implements Session {
  readonly parameters = new Map([
    ['server_version', '16.6'],
    ['client_encoding', 'UTF8'],
    ['application_name', ''],
  ]);
  transaction: TransactionStatus = 'idle';
  /** For tests that look behind the protocol. */
  rowsSent = 0;
  running = false;
  disposed = false;
  #names: SessionNames | null = null;
  /** Values before the transaction, implicit or not, that changed them. */
  readonly #before = new Map<string, string>();
  readonly #changed = new Set<string>();

  attach(names: SessionNames): void {
    this.#names = names;
  }

  split(text: string): readonly Statement[] {
    const statements = splitToy(text);
    for (const statement of statements) checkSyntax(statement);
    return statements;
  }

  async query(statement: Statement, _last: boolean, sink: RowSink, signal: AbortSignal): Promise<Completion> {
    const prepared = this.#prepare(statement, []);
    if (prepared.columns !== null) sink.columns(prepared.columns);
    return this.#run(this.#portal(prepared, [], []), 0, sink, signal);
  }

  async parse(statement: Statement, types: readonly Oid[]): Promise<Prepared> {
    return this.#prepare(statement, types);
  }

  async bind(prepared: Prepared, values: readonly (Uint8Array | null)[], formats: Formats): Promise<Portal> {
    const toy = prepared as ToyPrepared;
    this.#checkAllowed(toy.toy);
    const decoded = decodeParameters(values, toy.parameterTypes, (index) => formatAt(formats.parameters, index));
    return this.#portal(toy, decoded, formats.results);
  }

  execute(portal: Portal, maxRows: number, sink: RowSink, signal: AbortSignal): Promise<Completion> {
    const toy = portal as ToyPortal;
    this.#checkAllowed(toy.prepared.toy);
    return this.#run(toy, maxRows, sink, signal);
  }

  fail(): void {
    if (this.transaction === 'open') this.transaction = 'failed';
    this.#takeBack();
  }

  async sync(sink: RowSink): Promise<void> {
    for (const name of this.#changed) sink.parameter(name, this.parameters.get(name) ?? '');
    this.#changed.clear();
    if (this.transaction === 'idle') this.#before.clear();
  }

  #takeBack(): void {
    for (const [name, value] of this.#before) {
      this.parameters.set(name, value);
      this.#changed.add(name);
    }
    this.#before.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.disposed = true;
  }

  #prepare(statement: Statement, types: readonly Oid[]): ToyPrepared {
    const toy = parseToy(statement, types);
    this.#checkAllowed(toy);
    return { statement, toy, parameterTypes: parameterTypes(toy, types), columns: columnsOf(toy) };
  }

  #portal(prepared: ToyPrepared, values: readonly Value[], results: Formats['results']): ToyPortal {
    return { prepared, values, columns: prepared.columns, resultFormats: results, rowsSent: 0, close: () => {} };
  }

  #checkAllowed(toy: ToyStatement): void {
    if (this.transaction !== 'failed' || toy.kind === 'commit' || toy.kind === 'rollback') return;
    throw new PgError(
      'in_failed_sql_transaction',
      'current transaction is aborted, commands ignored until end of transaction block',
    );
  }

  async #run(portal: ToyPortal, maxRows: number, sink: RowSink, signal: AbortSignal): Promise<Completion> {
    const { toy } = portal.prepared;
    switch (toy.kind) {
      case 'select':
        return this.#select(toy.items, portal, maxRows, sink, signal);
      case 'copy':
        return this.#copy(toy.items, sink);
      case 'begin':
        if (this.transaction === 'open') sink.notice(warning('there is already a transaction in progress'));
        this.transaction = 'open';
        return { tag: 'BEGIN' };
      case 'commit':
      case 'rollback':
        return this.#end(toy.kind, sink);
      case 'set':
        if (!this.#before.has(toy.name)) this.#before.set(toy.name, this.parameters.get(toy.name) ?? '');
        this.#changed.add(toy.name);
        this.parameters.set(toy.name, toy.value);
        return { tag: 'SET' };
      case 'show':
        return this.#show(toy.name, portal, maxRows, sink);
      case 'deallocate':
        return this.#deallocate(toy.name);
      case 'notice':
        sink.notice(notice('successful_completion', toy.message));
        return { tag: 'DO' };
      default:
        return unreachable(toy);
    }
  }

  #end(kind: 'commit' | 'rollback', sink: RowSink): Completion {
    if (this.transaction === 'idle')
      sink.notice(warning('there is no transaction in progress', 'no_active_sql_transaction'));
    const failed = this.transaction === 'failed';
    this.transaction = 'idle';
    if (kind === 'rollback' || failed) this.#takeBack();
    this.#before.clear();
    return { tag: kind === 'rollback' || failed ? 'ROLLBACK' : 'COMMIT' };
  }

  async #show(name: string, portal: ToyPortal, maxRows: number, sink: RowSink): Promise<Completion> {
    if (portal.rowsSent === 0) {
      await sink.row([this.parameters.get(name) ?? '']);
      portal.rowsSent = 1;
      if (maxRows === 1) return { suspended: true };
    }
    return { tag: 'SHOW' };
  }

  #deallocate(name: string | null): Completion {
    if (name === null) this.#names?.statements.clear();
    else if (this.#names?.statements.delete(name) !== true) {
      throw new PgError('invalid_sql_statement_name', `prepared statement "${name}" does not exist`);
    }
    return { tag: name === null ? 'DEALLOCATE ALL' : 'DEALLOCATE' };
  }

  async #select(
    items: readonly Item[],
    portal: ToyPortal,
    maxRows: number,
    sink: RowSink,
    signal: AbortSignal,
  ): Promise<Completion> {
    for (const { sleepMs } of items) if (sleepMs !== undefined) await this.#sleep(sleepMs, signal);
    const total = Math.max(...items.map((item) => item.rows ?? 1), items.length === 0 ? 1 : 0);
    let sent = 0;
    while (portal.rowsSent < total) {
      if (maxRows > 0 && sent === maxRows) return { suspended: true };
      signal.throwIfAborted();
      portal.rowsSent += 1;
      sent += 1;
      this.rowsSent += 1;
      await sink.row(items.map((item) => (item.rows === undefined ? item.value(portal.values) : portal.rowsSent)));
    }
    if (maxRows > 0 && sent === maxRows) return { suspended: true };
    return { tag: `SELECT ${sent}` };
  }

  async #sleep(durationMs: number, signal: AbortSignal): Promise<void> {
    this.running = true;
    await sleep(durationMs, undefined, { signal }).finally(() => {
      this.running = false;
    });
  }

  async #copy(items: readonly Item[], sink: RowSink): Promise<Completion> {
    const out = new MessageWriter();
    out.begin('H').uint8(0).int16(items.length);
    for (const _ of items) out.int16(0);
    out.end();
    const total = Math.max(...items.map((item) => item.rows ?? 1));
    for (let row = 1; row <= total; row += 1) {
      const fields = items.map((item) => (item.rows === undefined ? (item.value([]) as string | number) : row));
      out
        .begin('d')
        .text(`${fields.join('\t')}\n`)
        .end();
    }
    out.begin('c').end();
    await sink.message(out.take());
    return { tag: `COPY ${total}` };
  }
}

function columnsOf(toy: ToyStatement): readonly Column[] | null {
  if (toy.kind === 'select') return toy.items.map((item) => item.column);
  return toy.kind === 'show' ? [columnOf(toy.name, typeOids.text)] : null;
}

function warning(
  message: string,
  code: 'active_sql_transaction' | 'no_active_sql_transaction' = 'active_sql_transaction',
) {
  return notice(code, message, { severity: 'WARNING' });
}
