import type { RoleRow, Snapshot } from '../catalog/index.ts';
import { PgError, type PgNotice, notInState, queryCancelled } from '../errors/index.ts';
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
  authorize,
  durationMs,
  findVariable,
  listOf,
  plan as planStatement,
} from '../plan/index.ts';
import type { ReadContext, ReadCursor, ReadStatement } from '../query/index.ts';
import type { DialectStatement } from '../sql/index.ts';
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
} from '../wire/handler.ts';
import { toColumns } from './columns.ts';
import { NamedStatements } from './named-statements.ts';
import { type RoutedStatement, SessionPortal, type SessionPrepared, tagOf } from './portal.ts';
import { RoleInUse } from './role-in-use.ts';
import type { ServerRooms } from './server-rooms.ts';
import { TransactionBlock } from './transaction-block.ts';
import type { SessionVariables } from './variables.ts';

/** One client's session: its role, variables and transaction, and the way of each statement through plan and exec or the read path. */
export class SqlSession implements Session {
  readonly #rooms: ServerRooms;
  readonly #variables: SessionVariables;
  readonly #sessionRoleId: RoleRow['id'];
  readonly #clientAddress: string;
  readonly #onClose: () => void;
  readonly #block: TransactionBlock;
  readonly #control: SessionControl;
  readonly #named: NamedStatements;
  readonly #role: RoleInUse;
  #reported: ReadonlyMap<string, string>;
  /** Told with the next answer. */
  #waitingNotices: PgNotice[];

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
    this.#role = new RoleInUse(options.role.id);
    this.#clientAddress = options.clientAddress;
    this.#onClose = options.onClose;
    this.#waitingNotices = [...options.notices];
    this.#reported = options.variables.reported();
    this.#block = new TransactionBlock({
      store: rooms.store,
      variables: options.variables,
      role: this.#role,
      auditSource: () => ({ user: this.#sessionRole().name, clientAddress: this.#clientAddress }),
      tell: (told) => void this.#waitingNotices.push(told),
    });
    this.#named = new NamedStatements(this);
    this.#control = {
      setVariable: (plan) => this.#setVariable(plan),
      resetAll: () => this.#resetAll(),
      variable: (name) => this.#variables.get(name),
      allVariables: () => this.#variables.all(),
      setRole: (plan) => this.#setRole(plan),
      transaction: (plan) => this.#block.control(plan),
      discard: (what) => this.#discard(what),
    };
  }

  get inTransactionBlock(): boolean {
    return this.#block.explicit;
  }

  attach(names: SessionNames): void {
    this.#named.attach(names);
  }

  get parameters(): ReadonlyMap<string, string> {
    return this.#variables.reported();
  }

  get transaction(): TransactionStatus {
    return this.#block.status;
  }

  split(text: string): readonly Statement[] {
    const { sql } = this.#rooms;
    return sql
      .split(text)
      .filter(({ route }) => route !== 'empty')
      .map((statement): RoutedStatement => {
        const tree = statement.route === 'dialect' ? sql.parse(text, statement) : undefined;
        return { ...statement, source: text, tree };
      });
  }

  async query(statement: Statement, last: boolean, sink: RowSink, signal: AbortSignal): Promise<Completion> {
    const routed = statement as RoutedStatement;
    const { tree } = routed;
    this.#refuseInFailed(tree);
    if (tree === undefined) {
      this.#tellOfEgress(routed, sink);
      return this.#read(routed, sink, signal);
    }
    const outcome = await this.#run(routed, tree, !last, signal);
    // Success of a string's last statement means that all of it is durable.
    if (last) await this.#block.commitImplicit();
    this.#tell(sink, outcome);
    if (outcome.named !== undefined) {
      const completion = await this.#named.run(outcome.named, { sink, describe: true, resultFormats: [], signal });
      if (last) await this.#block.commitImplicit();
      return completion;
    }
    if (outcome.read !== undefined) return this.#read(wholeText(outcome.read), sink, signal);
    if (outcome.rows === undefined) return { tag: outcome.tag };
    sink.columns(toColumns(outcome.rows.columns));
    for (const row of outcome.rows.rows) await sink.row(row);
    return { tag: tagOf(outcome, outcome.rows.rows.length) };
  }

  async parse(statement: Statement, types: readonly Oid[], signal: AbortSignal): Promise<SessionPrepared> {
    const routed = statement as RoutedStatement;
    const { tree } = routed;
    this.#refuseInFailed(tree);
    if (tree !== undefined) {
      return { statement: routed, parameterTypes: [], columns: await this.#columnsOf(routed, tree, signal) };
    }
    const description = await this.#rooms.query.describe(routed, types, await this.#readContext(), signal);
    return { statement: routed, ...description };
  }

  bind(
    prepared: Prepared,
    values: readonly (Uint8Array | null)[],
    formats: Formats,
    _signal: AbortSignal,
  ): Promise<SessionPortal> {
    return Promise.resolve(new SessionPortal(prepared as SessionPrepared, values, formats));
  }

  async execute(portal: Portal, maxRows: number, sink: RowSink, signal: AbortSignal): Promise<Completion> {
    const bound = portal as SessionPortal;
    const { statement } = bound.prepared;
    const { tree } = statement;
    this.#refuseInFailed(tree);
    if (bound.rest !== undefined) return bound.send(bound.rest, maxRows, sink);
    if (bound.cursor === undefined) {
      if (tree === undefined) {
        this.#tellOfEgress(statement, sink);
        bound.cursor = await this.#openPortal(bound, statement, bound.prepared.parameterTypes);
      } else {
        const outcome = await this.#run(statement, tree, false, signal);
        this.#tell(sink, outcome);
        if (outcome.named !== undefined) {
          const { resultFormats } = bound;
          return this.#named.run(outcome.named, { sink, describe: false, resultFormats, signal });
        }
        if (outcome.read === undefined) {
          return outcome.rows === undefined ? { tag: outcome.tag } : bound.send(outcome, maxRows, sink);
        }
        bound.cursor = await this.#openPortal(bound, wholeText(outcome.read), []);
      }
    }
    const completion = await bound.cursor.fetch(maxRows, false, sink, signal);
    if (!('suspended' in completion)) bound.exhausted = true;
    return completion;
  }

  fail(): void {
    this.#block.fail();
  }

  async sync(sink: RowSink): Promise<void> {
    await this.#block.commitImplicit();
    this.#tell(sink);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#block.rollback();
    this.#onClose();
    return Promise.resolve();
  }

  #refuseInFailed(tree: DialectStatement | undefined): void {
    if (!this.#block.failed || endsTransaction(tree)) return;
    throw new PgError(
      'in_failed_sql_transaction',
      'current transaction is aborted, commands ignored until end of transaction block',
    );
  }

  /** Plans, authorises and carries out one statement on the transaction's view of the catalog. */
  async #run(statement: RoutedStatement, tree: DialectStatement, more: boolean, signal: AbortSignal): Promise<Outcome> {
    const { catalog } = this.#block;
    if (tree.kind === 'alter-system' && (this.#block.explicit || more || catalog.hasChanges)) {
      throw new PgError('active_sql_transaction', 'ALTER SYSTEM cannot run inside a transaction block');
    }
    const memo = new Memo();
    // As they are now: a statement that is planned again at COMMIT is still the one that was given.
    const setting = this.#setting(statement.source);
    const attempt = (snapshot: Snapshot): Outcome | Promise<Outcome> => {
      if (signal.aborted) throw signal.reason instanceof PgError ? signal.reason : queryCancelled();
      const context = this.#planContext(snapshot, setting);
      const plan = planStatement(tree, context);
      authorize(plan, context);
      if (this.#block.readOnly && 'effects' in plan) {
        const name = tree.kind.replaceAll('-', ' ').toUpperCase();
        throw new PgError('read_only_sql_transaction', `cannot execute ${name} in a read-only transaction`);
      }
      const limited = this.#limited(signal, plan);
      return execute(plan, { plan: context, rooms: this.#rooms, session: this.#control, memo, signal: limited });
    };
    // COMMIT and ROLLBACK end a transaction whatever became of the catalog meanwhile.
    return tree.kind === 'transaction' ? attempt(catalog.overlay) : catalog.run(attempt);
  }

  #limited(signal: AbortSignal, plan: Plan): AbortSignal {
    const timeoutMs = this.#statementTimeoutMs();
    return timeoutMs === 0 || !waits(plan) ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  }

  /** Who asks for addresses that nobody announced learns what they are worth. */
  #tellOfEgress(statement: ReadStatement, sink: RowSink): void {
    const { egressNotice } = this.#rooms;
    if (egressNotice !== undefined && /\bmz_egress_ips\b/i.test(statement.text)) sink.notice(egressNotice);
  }

  /** Simple protocol: all rows, with their description. */
  async #read(statement: ReadStatement, sink: RowSink, signal: AbortSignal): Promise<Completion> {
    const cursor = this.#rooms.query.open(statement, noParameters, await this.#readContext());
    try {
      return await cursor.fetch(0, true, sink, signal);
    } finally {
      cursor.close();
    }
  }

  async #openPortal(portal: SessionPortal, statement: ReadStatement, types: readonly Oid[]): Promise<ReadCursor> {
    const { values, parameterFormats, resultFormats } = portal;
    const parameters = { types, values, parameterFormats, resultFormats };
    return this.#rooms.query.open(statement, parameters, await this.#readContext());
  }

  async #columnsOf(
    statement: RoutedStatement,
    tree: DialectStatement,
    signal: AbortSignal,
  ): Promise<readonly Column[] | null> {
    const named = this.#named.columnsOf(tree);
    if (named !== undefined) return named;
    const fixed = fixedColumns(tree);
    if (fixed !== undefined) return toColumns(fixed);
    if (tree.kind !== 'show') return null;
    const context = await this.#readContext();
    const plan = planStatement(
      tree,
      this.#planContext(await this.#block.catalog.current(), this.#setting(statement.source)),
    );
    if (plan.kind !== 'read') return null;
    return (await this.#rooms.query.describe(wholeText(plan.text), [], context, signal)).columns;
  }

  #setting(source: string): StatementSetting {
    return {
      source,
      roleId: this.#role.id,
      database: this.#variables.get('database') ?? '',
      searchPath: this.#searchPath(),
    };
  }

  #planContext(snapshot: Snapshot, { roleId, ...setting }: StatementSetting): PlanContext {
    const { sql, kinds, store, setAside } = this.#rooms;
    return {
      ...setting,
      snapshot,
      role: roleIn(snapshot, roleId),
      sessionRole: this.#sessionRole(snapshot),
      kinds,
      sql,
      environmentId: store.environmentId,
      setAside,
    };
  }

  async #readContext(): Promise<ReadContext> {
    const { catalog } = this.#block;
    const snapshot = await catalog.current();
    const role = roleIn(snapshot, this.#role.id);
    return {
      role: role.name,
      sessionUser: this.#sessionRole(snapshot).name,
      superuser: role.superuser,
      database: this.#variables.get('database') ?? '',
      searchPath: this.#searchPath(),
      settings: this.#variables.effective(),
      snapshot: catalog.base,
      overlay: catalog.changes,
      statementTimeoutMs: this.#statementTimeoutMs(),
    };
  }

  #searchPath(): readonly string[] {
    return listOf(this.#variables.get('search_path') ?? '');
  }

  #statementTimeoutMs(): number {
    return durationMs(this.#variables.get('statement_timeout') ?? '0');
  }

  #sessionRole(snapshot: Snapshot = this.#rooms.store.current): RoleRow {
    return roleIn(snapshot, this.#sessionRoleId);
  }

  #setVariable(plan: SetVariablePlan): void {
    // SET LOCAL outside a transaction block has no effect, as in PostgreSQL.
    if (plan.local && !this.#block.explicit) return;
    this.#variables.set(plan.name, plan.value, plan.local || plan.name.startsWith('transaction_'));
  }

  #setRole({ role, local }: SetRolePlan): void {
    if (local && !this.#block.explicit) return;
    this.#role.set(role?.id ?? null, local);
    this.#showSuperuser(local);
  }

  #resetAll(): void {
    this.#variables.resetAll();
    this.#showSuperuser(false);
  }

  #showSuperuser(local: boolean): void {
    const { superuser } = roleIn(this.#block.catalog.overlay, this.#role.id);
    this.#variables.set('is_superuser', superuser ? 'on' : 'off', local);
  }

  #discard(what: Parameters<SessionControl['discard']>[0]): void {
    if (what === 'all' && this.#block.explicit) {
      throw new PgError('active_sql_transaction', 'DISCARD ALL cannot run inside a transaction block');
    }
    if (what === 'all' || what === 'plans') this.#named.discard(what);
    if (what !== 'all') return;
    this.#role.set(null, false);
    this.#resetAll();
  }

  /** Sends what waited, the outcome's notices and the parameters that changed. */
  #tell(sink: RowSink, outcome?: Outcome): void {
    const waiting = this.#waitingNotices;
    this.#waitingNotices = [];
    for (const told of [...waiting, ...(outcome?.notices ?? [])]) sink.notice(told);
    const now = this.#variables.reported();
    for (const [name, value] of now) if (this.#reported.get(name) !== value) sink.parameter(name, value);
    this.#reported = now;
  }
}

/** What of the session a statement is planned with. */
interface StatementSetting extends Pick<PlanContext, 'source' | 'database' | 'searchPath'> {
  readonly roleId: RoleRow['id'];
}

const noParameters = { types: [], values: [], parameterFormats: [], resultFormats: [] } as const;

const wholeText = (text: string): ReadStatement => ({ text, offset0: 0, source: text });

/** Statements that end a failed transaction. */
const endsTransaction = (tree: DialectStatement | undefined): boolean =>
  tree?.kind === 'transaction' && (tree.action.kind === 'commit' || tree.action.kind === 'rollback');

function roleIn(snapshot: Snapshot, id: RoleRow['id']): RoleRow {
  const role = snapshot.role(id);
  if (role === undefined) throw notInState('the role of this session was dropped');
  return role;
}

function fixedColumns(tree: DialectStatement): readonly ResultColumn[] | undefined {
  switch (tree.kind) {
    case 'show-create':
      return showCreateColumns;
    case 'show-variable':
      return tree.variable.value === 'all'
        ? showAllColumns
        : showVariableColumns(findVariable(tree.variable.value)?.name ?? tree.variable.value);
    case 'explain-connection':
      return explainColumns(tree.analyze);
    default:
      return undefined;
  }
}

/** Plans that may wait for the network. */
const waits = (plan: Plan): boolean =>
  ['create-connection', 'alter-connection', 'rotate-keys', 'validate-connection', 'explain-connection'].includes(
    plan.kind,
  );
