import { type RoleRow, type Snapshot, roleId } from '../catalog/index.ts';
import { PgError, type PgNotice, notInState, notice, permissionDenied, queryCancelled } from '../errors/index.ts';
import {
  Memo,
  type Outcome,
  type ResultColumn,
  type SessionControl,
  execute,
  explainColumns,
  showAllColumns,
  showCreateColumns,
  showVariableColumns,
} from '../exec/index.ts';
import {
  type Plan,
  type PlanContext,
  type SetRolePlan,
  type SetVariablePlan,
  type TransactionPlan,
  authorize,
  durationMs,
  effectiveRoles,
  plan as planStatement,
} from '../plan/index.ts';
import type { ReadContext, ReadCursor, ReadStatement } from '../query/index.ts';
import type { DialectStatement, SplitStatement } from '../sql/index.ts';
import type {
  Column,
  Completion,
  Formats,
  Format,
  Oid,
  Portal,
  Prepared,
  RowSink,
  Session,
  Statement,
  TransactionStatus,
} from '../wire/handler.ts';
import { CatalogTransaction } from './catalog-transaction.ts';
import { toColumns } from './columns.ts';
import type { ServerRooms } from './server-rooms.ts';
import { type SessionVariables, searchPathOf } from './variables.ts';

interface RoutedStatement extends Statement {
  readonly route: SplitStatement['route'];
}

/** A statement ready to be bound: dialect statements keep their tree, reads their description. */
interface SessionPrepared extends Prepared {
  readonly statement: RoutedStatement;
  readonly tree: DialectStatement | undefined;
}

interface SessionPortal extends Portal {
  readonly prepared: SessionPrepared;
  readonly values: readonly (Uint8Array | null)[];
  readonly parameterFormats: readonly Format[];
  /** A read that was begun and suspended. */
  cursor: ReadCursor | undefined;
  /** Rows of ours that were not taken yet. */
  rest: Outcome | undefined;
}

interface OpenTransaction {
  readonly catalog: CatalogTransaction;
  explicit: boolean;
  failed: boolean;
  readOnly: boolean;
}

/** Statements that end a failed transaction. */
const endsTransaction = (tree: DialectStatement | undefined): boolean =>
  tree?.kind === 'transaction' && (tree.action.kind === 'commit' || tree.action.kind === 'rollback');

/** One client's session: its role, variables and transaction, and the way of each statement through plan and exec or the read path. */
export class SqlSession implements Session {
  readonly #rooms: ServerRooms;
  readonly #variables: SessionVariables;
  readonly #sessionRoleId: RoleRow['id'];
  readonly #clientAddress: string;
  readonly #onClose: () => void;
  #roleId: RoleRow['id'];
  #transaction: OpenTransaction | undefined;
  #reported: ReadonlyMap<string, string>;
  #startNotices: readonly PgNotice[];

  constructor(
    rooms: ServerRooms,
    options: {
      readonly role: RoleRow;
      readonly variables: SessionVariables;
      readonly clientAddress: string;
      readonly notices: readonly PgNotice[];
      readonly onClose: () => void;
    },
  ) {
    this.#rooms = rooms;
    this.#variables = options.variables;
    this.#sessionRoleId = options.role.id;
    this.#roleId = options.role.id;
    this.#clientAddress = options.clientAddress;
    this.#onClose = options.onClose;
    this.#startNotices = options.notices;
    this.#reported = options.variables.reported();
  }

  get parameters(): ReadonlyMap<string, string> {
    return this.#variables.reported();
  }

  get transaction(): TransactionStatus {
    if (this.#transaction === undefined || !this.#transaction.explicit) return 'idle';
    return this.#transaction.failed ? 'failed' : 'open';
  }

  split(text: string): readonly Statement[] {
    return this.#rooms.sql.split(text).map((statement): RoutedStatement => ({ ...statement, source: text }));
  }

  async query(statement: Statement, last: boolean, sink: RowSink, signal: AbortSignal): Promise<Completion> {
    this.#sendStartNotices(sink);
    const routed = statement as RoutedStatement;
    if (routed.route === 'empty') return { empty: true };
    const tree = this.#parse(routed);
    this.#refuseInFailed(tree);
    const transaction = this.#open();
    if (tree === undefined) {
      const cursor = this.#rooms.query.open(
        routed,
        noParameters,
        this.#readContext(await transaction.catalog.current()),
      );
      return this.#drain(cursor, sink, signal);
    }
    const outcome = await this.#run(routed, tree, !last, signal);
    // Success of a string's last statement means that all of it is durable.
    if (last) await this.#endImplicit();
    return this.#answer(outcome, sink, signal);
  }

  async parse(statement: Statement, types: readonly Oid[], signal: AbortSignal): Promise<Prepared> {
    const routed = this.#single(statement);
    if (routed.route === 'empty')
      return { statement: routed, tree: undefined, parameterTypes: [], columns: null } as SessionPrepared;
    const tree = this.#parse(routed);
    this.#refuseInFailed(tree);
    if (tree !== undefined) {
      return {
        statement: routed,
        tree,
        parameterTypes: [],
        columns: await this.#columnsOf(routed, tree, signal),
      } as SessionPrepared;
    }
    const snapshot = await this.#open().catalog.current();
    const description = await this.#rooms.query.describe(routed, types, this.#readContext(snapshot), signal);
    return { statement: routed, tree, ...description } as SessionPrepared;
  }

  bind(prepared: Prepared, values: readonly (Uint8Array | null)[], formats: Formats): Promise<Portal> {
    const portal: SessionPortal = {
      prepared: prepared as SessionPrepared,
      columns: prepared.columns,
      resultFormats: formats.results,
      parameterFormats: formats.parameters,
      values,
      cursor: undefined,
      rest: undefined,
      close() {
        this.cursor?.close();
        this.cursor = undefined;
        this.rest = undefined;
      },
    };
    return Promise.resolve(portal);
  }

  async execute(portal: Portal, maxRows: number, sink: RowSink, signal: AbortSignal): Promise<Completion> {
    this.#sendStartNotices(sink);
    const bound = portal as SessionPortal;
    const { statement, tree } = bound.prepared;
    if (statement.route === 'empty') return { empty: true };
    this.#refuseInFailed(tree);
    const transaction = this.#open();
    if (bound.cursor !== undefined) return bound.cursor.fetch(maxRows, false, sink, signal);
    if (bound.rest !== undefined) return rowsTo(sink, bound, bound.rest, maxRows);
    if (tree === undefined) {
      bound.cursor = this.#rooms.query.open(
        statement,
        {
          types: bound.prepared.parameterTypes,
          values: bound.values,
          parameterFormats: bound.parameterFormats,
          resultFormats: bound.resultFormats,
        },
        this.#readContext(await transaction.catalog.current()),
      );
      return bound.cursor.fetch(maxRows, false, sink, signal);
    }
    const outcome = await this.#run(statement, tree, false, signal);
    for (const told of outcome.notices) sink.notice(told);
    this.#report(sink);
    if (outcome.read !== undefined) {
      bound.cursor = this.#rooms.query.open(
        wholeText(outcome.read),
        { ...noParameters, resultFormats: bound.resultFormats },
        this.#readContext(await transaction.catalog.current()),
      );
      return bound.cursor.fetch(maxRows, false, sink, signal);
    }
    if (outcome.rows === undefined) return { tag: outcome.tag };
    return rowsTo(sink, bound, outcome, maxRows);
  }

  fail(): void {
    if (this.#transaction === undefined) return;
    if (this.#transaction.explicit) this.#transaction.failed = true;
    else this.#end(false);
  }

  async sync(sink: RowSink): Promise<void> {
    this.#sendStartNotices(sink);
    await this.#endImplicit();
    this.#report(sink);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#end(false);
    this.#onClose();
    return Promise.resolve();
  }

  #single(statement: Statement): RoutedStatement {
    const statements = this.#rooms.sql.split(statement.text).filter((candidate) => candidate.route !== 'empty');
    const [only, second] = statements;
    if (second !== undefined) {
      throw new PgError('syntax_error', 'cannot insert multiple commands into a prepared statement');
    }
    return { ...(only ?? { text: '', offset0: 0, route: 'empty' as const }), source: statement.text };
  }

  #parse(statement: RoutedStatement): DialectStatement | undefined {
    return statement.route === 'dialect' ? this.#rooms.sql.parse(statement.source, statement) : undefined;
  }

  #refuseInFailed(tree: DialectStatement | undefined): void {
    if (this.#transaction?.failed !== true || endsTransaction(tree)) return;
    throw new PgError(
      'in_failed_sql_transaction',
      'current transaction is aborted, commands ignored until end of transaction block',
    );
  }

  /** The open transaction; an implicit one begins here, and the session's values are kept to go back to. */
  #open(): OpenTransaction {
    if (this.#transaction === undefined) {
      const readOnly = this.#variables.get('default_transaction_read_only') === 'on';
      this.#transaction = {
        catalog: new CatalogTransaction(this.#rooms.store),
        explicit: false,
        failed: false,
        readOnly,
      };
      this.#variables.beginTransaction();
    }
    return this.#transaction;
  }

  #end(committed: boolean): void {
    if (this.#transaction === undefined) return;
    this.#transaction = undefined;
    this.#variables.endTransaction(committed);
  }

  async #endImplicit(): Promise<void> {
    if (this.#transaction === undefined || this.#transaction.explicit) return;
    await this.#commit();
  }

  async #commit(): Promise<void> {
    const transaction = this.#transaction;
    if (transaction === undefined) return;
    try {
      await transaction.catalog.commit({ user: this.#sessionRole().name, clientAddress: this.#clientAddress });
      this.#end(true);
    } catch (error) {
      this.#end(false);
      if (!transaction.explicit || !(error instanceof PgError)) throw error;
      throw new PgError('serialization_failure', `could not commit: ${error.message}`, {
        detail: 'Another transaction changed what this one relies on.',
        hint: 'Run the transaction again.',
        cause: error,
      });
    }
  }

  /** Plans, authorises and carries out one statement on the transaction's view of the catalog. */
  async #run(statement: RoutedStatement, tree: DialectStatement, more: boolean, signal: AbortSignal): Promise<Outcome> {
    const transaction = this.#open();
    if (tree.kind === 'alter-system' && (transaction.explicit || more || transaction.catalog.hasChanges)) {
      throw new PgError('active_sql_transaction', 'ALTER SYSTEM cannot run inside a transaction block');
    }
    const memo = new Memo();
    const control = this.#control();
    return transaction.catalog.run((snapshot) => {
      if (signal.aborted) throw signal.reason instanceof PgError ? signal.reason : queryCancelled();
      const context = this.#planContext(snapshot, statement.source);
      const plan = planStatement(tree, context);
      authorize(plan, context);
      if (transaction.readOnly && writes(plan)) {
        throw new PgError(
          'read_only_sql_transaction',
          `cannot execute ${tree.kind.replaceAll('-', ' ').toUpperCase()} in a read-only transaction`,
        );
      }
      return execute(plan, {
        plan: context,
        rooms: this.#rooms,
        session: control,
        memo,
        signal: this.#limited(signal, plan),
      });
    });
  }

  #limited(signal: AbortSignal, plan: Plan): AbortSignal {
    const timeoutMs = durationMs(this.#variables.get('statement_timeout') ?? '0');
    return timeoutMs === 0 || !waits(plan) ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  }

  async #answer(outcome: Outcome, sink: RowSink, signal: AbortSignal): Promise<Completion> {
    for (const told of outcome.notices) sink.notice(told);
    this.#report(sink);
    if (outcome.read !== undefined) {
      const snapshot = await this.#open().catalog.current();
      return this.#drain(
        this.#rooms.query.open(wholeText(outcome.read), noParameters, this.#readContext(snapshot)),
        sink,
        signal,
      );
    }
    if (outcome.rows === undefined) return { tag: outcome.tag };
    sink.columns(toColumns(outcome.rows.columns));
    for (const row of outcome.rows.rows) await sink.row(row);
    return { tag: tagOf(outcome, outcome.rows.rows.length) };
  }

  async #drain(cursor: ReadCursor, sink: RowSink, signal: AbortSignal): Promise<Completion> {
    try {
      return await cursor.fetch(0, true, sink, signal);
    } finally {
      cursor.close();
    }
  }

  async #columnsOf(
    statement: RoutedStatement,
    tree: DialectStatement,
    signal: AbortSignal,
  ): Promise<readonly Column[] | null> {
    const fixed = fixedColumns(tree);
    if (fixed !== undefined) return toColumns(fixed);
    if (tree.kind !== 'show') return null;
    const snapshot = await this.#open().catalog.current();
    const plan = planStatement(tree, this.#planContext(snapshot, statement.source));
    if (plan.kind !== 'read') return null;
    return (await this.#rooms.query.describe(wholeText(plan.text), [], this.#readContext(snapshot), signal)).columns;
  }

  #planContext(snapshot: Snapshot, source: string): PlanContext {
    const { sql, kinds, store, setAside } = this.#rooms;
    return {
      snapshot,
      source,
      role: this.#currentRole(snapshot),
      sessionRole: this.#sessionRole(snapshot),
      database: this.#variables.get('database') ?? '',
      searchPath: searchPathOf(this.#variables.get('search_path') ?? ''),
      kinds,
      sql,
      environmentId: store.environmentId,
      setAside,
    };
  }

  #readContext(snapshot: Snapshot): ReadContext {
    const role = this.#currentRole(snapshot);
    const transaction = this.#transaction?.catalog;
    return {
      role: role.name,
      sessionUser: this.#sessionRole(snapshot).name,
      superuser: role.superuser,
      database: this.#variables.get('database') ?? '',
      searchPath: searchPathOf(this.#variables.get('search_path') ?? ''),
      settings: this.#variables.effective(),
      snapshot: transaction?.base ?? snapshot,
      overlay: transaction?.changes ?? [],
      statementTimeoutMs: durationMs(this.#variables.get('statement_timeout') ?? '0'),
    };
  }

  #sessionRole(snapshot: Snapshot = this.#rooms.store.current): RoleRow {
    return existing(snapshot.role(this.#sessionRoleId));
  }

  #currentRole(snapshot: Snapshot): RoleRow {
    return existing(snapshot.role(this.#roleId));
  }

  #control(): SessionControl {
    return {
      setVariable: (plan) => this.#setVariable(plan),
      resetAll: () => this.#variables.resetAll(),
      variable: (name) => this.#variables.get(name),
      allVariables: () => this.#variables.all(),
      setRole: (plan) => this.#setRole(plan),
      transaction: (plan) => this.#controlTransaction(plan),
      discard: (what) => {
        if (what === 'all') {
          this.#variables.resetAll();
          this.#roleId = this.#sessionRoleId;
        }
      },
    };
  }

  #setVariable(plan: SetVariablePlan): void {
    const local = plan.local && this.#transaction?.explicit === true;
    if (plan.local && !local) return;
    this.#variables.set(plan.name, plan.value, local);
    if (plan.name === 'transaction_read_only' && this.#transaction !== undefined)
      this.#transaction.readOnly = plan.value === 'on';
  }

  #setRole(plan: SetRolePlan): void {
    const sessionRole = this.#sessionRole();
    if (plan.role === null) {
      this.#roleId = this.#sessionRoleId;
    } else {
      const inherited = effectiveRoles(this.#rooms.store.current, sessionRole, true);
      if (!sessionRole.superuser && !inherited.has(plan.role.id)) {
        throw permissionDenied(`permission denied to set role "${plan.role.name}"`);
      }
      this.#roleId = roleId(plan.role.id);
    }
    const current = this.#currentRole(this.#rooms.store.current);
    this.#variables.set('is_superuser', current.superuser ? 'on' : 'off', false);
  }

  async #controlTransaction(plan: TransactionPlan): Promise<string> {
    const transaction = this.#open();
    switch (plan.kind) {
      case 'begin':
        if (transaction.explicit) {
          this.#later(
            notice('active_sql_transaction', 'there is already a transaction in progress', { severity: 'WARNING' }),
          );
        }
        transaction.explicit = true;
        this.#setCharacteristics(transaction, plan.isolation, plan.readOnly);
        return plan.tag;
      case 'set-transaction':
        this.#setCharacteristics(transaction, plan.isolation, plan.readOnly);
        return 'SET';
      case 'commit':
      case 'rollback':
        return this.#endExplicit(transaction, plan);
    }
  }

  async #endExplicit(
    transaction: OpenTransaction,
    plan: { readonly kind: 'commit' | 'rollback'; readonly chain: boolean },
  ): Promise<string> {
    if (!transaction.explicit) {
      this.#later(notice('no_active_sql_transaction', 'there is no transaction in progress', { severity: 'WARNING' }));
    }
    const commits = plan.kind === 'commit' && !transaction.failed;
    if (commits) await this.#commit();
    else this.#end(false);
    if (plan.chain) this.#open().explicit = true;
    return commits ? 'COMMIT' : 'ROLLBACK';
  }

  #setCharacteristics(transaction: OpenTransaction, isolation: string | null, readOnly: boolean | null): void {
    if (isolation !== null) this.#variables.set('transaction_isolation', isolation, true);
    if (readOnly === null) return;
    transaction.readOnly = readOnly;
    this.#variables.set('transaction_read_only', readOnly ? 'on' : 'off', true);
  }

  /** Told with the next answer. */
  #later(told: PgNotice): void {
    this.#startNotices = [...this.#startNotices, told];
  }

  #sendStartNotices(sink: RowSink): void {
    for (const told of this.#startNotices) sink.notice(told);
    this.#startNotices = [];
  }

  #report(sink: RowSink): void {
    this.#sendStartNotices(sink);
    const now = this.#variables.reported();
    for (const [name, value] of now) if (this.#reported.get(name) !== value) sink.parameter(name, value);
    this.#reported = now;
  }
}

const noParameters = { types: [], values: [], parameterFormats: [], resultFormats: [] } as const;

const wholeText = (text: string): ReadStatement => ({ text, offset0: 0, source: text });

function existing(role: RoleRow | undefined): RoleRow {
  if (role === undefined) throw notInState('the role of this session was dropped');
  return role;
}

function fixedColumns(tree: DialectStatement): readonly ResultColumn[] | undefined {
  switch (tree.kind) {
    case 'show-create':
      return showCreateColumns;
    case 'show-variable':
      return tree.variable.value === 'all' ? showAllColumns : showVariableColumns(tree.variable.value);
    case 'explain-connection':
      return explainColumns(tree.analyze);
    default:
      return undefined;
  }
}

/** Rows of ours through the extended protocol: at most `maxRows`, the rest kept for the next Execute. */
async function rowsTo(sink: RowSink, portal: SessionPortal, outcome: Outcome, maxRows: number): Promise<Completion> {
  const rows = outcome.rows?.rows ?? [];
  const count = maxRows === 0 ? rows.length : Math.min(maxRows, rows.length);
  for (const row of rows.slice(0, count)) await sink.row(row);
  const left = rows.slice(count);
  if (left.length > 0 && outcome.rows !== undefined) {
    portal.rest = { ...outcome, rows: { ...outcome.rows, rows: left } };
    return { suspended: true };
  }
  portal.rest = { ...outcome, rows: { columns: outcome.rows?.columns ?? [], rows: [] } };
  return { tag: tagOf(outcome, count) };
}

const tagOf = (outcome: Outcome, count: number): string => (outcome.tag === 'SELECT' ? `SELECT ${count}` : outcome.tag);

const writes = (plan: Plan): boolean => 'effects' in plan;

/** Plans that may wait for the network. */
const waits = (plan: Plan): boolean =>
  ['create-connection', 'alter-connection', 'rotate-keys', 'validate-connection', 'explain-connection'].includes(
    plan.kind,
  );
