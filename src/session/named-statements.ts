import { PgError, notSupported } from '../errors/index.ts';
import type { NamedPlan } from '../exec/index.ts';
import type { DeclareCursorPlan, ExecutePreparedPlan, FetchPlan, PreparePlan } from '../plan/index.ts';
import type { DialectStatement } from '../sql/index.ts';
import type { Column, Completion, Format, RowSink, Session, SessionNames, Statement } from '../wire/handler.ts';
import type { SessionPortal } from './portal.ts';

/** What the names need of the session that holds them. */
export interface StatementRunner extends Pick<Session, 'parse' | 'execute'> {
  bind(...args: Parameters<Session['bind']>): Promise<SessionPortal> | SessionPortal;
  split(text: string): readonly Statement[];
  readonly inTransactionBlock: boolean;
}

/** Where the rows of EXECUTE and FETCH go. */
export interface NamedTarget {
  readonly sink: RowSink;
  /** Simple protocol: the columns are told before the rows. */
  readonly describe: boolean;
  readonly resultFormats: readonly Format[];
  readonly signal: AbortSignal;
}

/**
 * PREPARE, EXECUTE, DEALLOCATE, DECLARE, FETCH, MOVE and CLOSE: SQL's hold on the prepared statements and portals that the protocol
 * names too. Source: PostgreSQL 16 manual, those commands.
 */
export class NamedStatements {
  readonly #runner: StatementRunner;
  #names: SessionNames | undefined;

  constructor(runner: StatementRunner) {
    this.#runner = runner;
  }

  attach(names: SessionNames): void {
    this.#names = names;
  }

  /** Columns of a statement that only the names know; undefined for any other. */
  columnsOf(tree: DialectStatement): readonly Column[] | null | undefined {
    if (tree.kind === 'execute') return this.#held().statements.get(tree.name.value)?.columns ?? null;
    if (tree.kind === 'fetch') return tree.move ? null : (this.#held().portals.get(tree.cursor.value)?.columns ?? null);
    return undefined;
  }

  run(plan: NamedPlan, target: NamedTarget): Promise<Completion> | Completion {
    switch (plan.kind) {
      case 'prepare':
        return this.#prepare(plan, target.signal);
      case 'execute':
        return this.#execute(plan, target);
      case 'deallocate':
        return this.#deallocate(plan.name);
      case 'declare-cursor':
        return this.#declare(plan, target.signal);
      case 'fetch':
        return this.#fetch(plan, target);
      case 'close-cursor':
        return this.#close(plan.name);
    }
  }

  /** Remembers which portals are open. @returns closes those opened since, but for the one that asks for it */
  markPortals(): () => void {
    const { portals } = this.#names ?? {};
    const before = new Set<unknown>([...(portals?.entries() ?? [])].map(([, portal]) => portal));
    return () => {
      for (const [name, portal] of [...(portals?.entries() ?? [])]) {
        if (!before.has(portal) && !controlsTransaction(portal as SessionPortal)) portals?.delete(name);
      }
    };
  }

  discard(what: 'all' | 'plans'): void {
    this.#names?.statements.clear();
    if (what === 'all') this.#names?.portals.clear();
  }

  async #prepare(plan: PreparePlan, signal: AbortSignal): Promise<Completion> {
    const prepared = await this.#runner.parse(this.#body(plan.body), plan.types, signal);
    this.#held().statements.set(plan.name, prepared);
    return { tag: 'PREPARE' };
  }

  async #execute(plan: ExecutePreparedPlan, target: NamedTarget): Promise<Completion> {
    const prepared = this.#held().statements.get(plan.name);
    if (prepared === undefined) throw noStatement(plan.name);
    const wanted = prepared.parameterTypes.length;
    if (plan.args.length !== wanted) {
      throw new PgError('syntax_error', `wrong number of parameters for prepared statement "${plan.name}"`, {
        detail: `Expected ${wanted} parameters but got ${plan.args.length}.`,
      });
    }
    const values = plan.args.map((arg) => (arg === null ? null : Buffer.from(arg, 'utf8')));
    const formats = { parameters: [], results: target.resultFormats };
    const portal = await this.#runner.bind(prepared, values, formats, target.signal);
    try {
      if (target.describe && portal.columns !== null) target.sink.columns(portal.columns);
      return await this.#runner.execute(portal, 0, target.sink, target.signal);
    } finally {
      portal.close();
    }
  }

  #deallocate(name: string | null): Completion {
    const { statements } = this.#held();
    if (name === null) {
      statements.clear();
      return { tag: 'DEALLOCATE ALL' };
    }
    if (!statements.delete(name)) throw noStatement(name);
    return { tag: 'DEALLOCATE' };
  }

  async #declare(plan: DeclareCursorPlan, signal: AbortSignal): Promise<Completion> {
    if (plan.binary) {
      throw notSupported('binary cursors are not supported', {
        hint: 'Ask for binary results in the extended protocol instead.',
      });
    }
    if (!plan.hold && !this.#runner.inTransactionBlock) {
      throw new PgError('no_active_sql_transaction', 'DECLARE CURSOR can only be used in transaction blocks');
    }
    const prepared = await this.#runner.parse(this.#body(plan.body), [], signal);
    if (prepared.columns === null) {
      throw new PgError('invalid_cursor_name', 'cursors are for statements that return rows');
    }
    const portal = await this.#runner.bind(prepared, [], { parameters: [], results: [] }, signal);
    portal.holdable = plan.hold;
    this.#held().portals.set(plan.name, portal);
    return { tag: 'DECLARE CURSOR' };
  }

  async #fetch(plan: FetchPlan, { sink, describe, resultFormats, signal }: NamedTarget): Promise<Completion> {
    const portal = this.#held().portals.get(plan.cursor) as SessionPortal | undefined;
    if (portal === undefined) throw noCursor(plan.cursor, plan.position1);
    const word = plan.move ? 'MOVE' : 'FETCH';
    if (describe && !plan.move && portal.columns !== null) sink.columns(portal.columns);
    if (plan.count === 0 || portal.exhausted) return { tag: `${word} 0` };
    portal.chooseFormats(resultFormats);
    const target = withoutDescription(plan.move ? droppingRows(sink) : sink);
    const completion = await this.#runner.execute(portal, plan.count ?? 0, target, signal);
    const rows = 'suspended' in completion ? (plan.count ?? 0) : rowsOfTag(completion);
    return { tag: `${word} ${rows}` };
  }

  #close(name: string | null): Completion {
    const { portals } = this.#held();
    if (name === null) {
      portals.clear();
      return { tag: 'CLOSE CURSOR ALL' };
    }
    if (!portals.delete(name)) throw noCursor(name);
    return { tag: 'CLOSE CURSOR' };
  }

  #body(text: string): Statement {
    const [only, second] = this.#runner.split(text);
    if (only === undefined || second !== undefined)
      throw new PgError('syntax_error', 'exactly one statement is expected');
    return only;
  }

  #held(): SessionNames {
    if (this.#names === undefined) throw notSupported('prepared statements and cursors need the PostgreSQL protocol');
    return this.#names;
  }
}

const controlsTransaction = ({ prepared }: SessionPortal): boolean => prepared.statement.tree?.kind === 'transaction';

const noStatement = (name: string): PgError =>
  new PgError('invalid_sql_statement_name', `prepared statement "${name}" does not exist`);

const noCursor = (name: string, position1?: number): PgError =>
  new PgError('invalid_cursor_name', `cursor "${name}" does not exist`, { position1 });

const rowsOfTag = (completion: Completion): number =>
  'tag' in completion ? Number(/ (\d+)$/.exec(completion.tag)?.[1] ?? 0) : 0;

/** The columns were told already. */
const withoutDescription = (sink: RowSink): RowSink => ({
  columns: () => {},
  row: (values) => sink.row(values),
  message: (bytes) => sink.message(bytes),
  notice: (notice) => sink.notice(notice),
  parameter: (name, value) => sink.parameter(name, value),
});

const droppingRows = (sink: RowSink): RowSink => ({
  columns: () => {},
  row: () => {},
  message: () => {},
  notice: (notice) => sink.notice(notice),
  parameter: (name, value) => sink.parameter(name, value),
});
