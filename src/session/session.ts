import type { RoleRow, Snapshot } from '../catalog/index.ts';
import { PgError, type PgNotice, queryCancelled } from '../errors/index.ts';
import { type AuditSource, Memo, type Outcome, execute } from '../exec/index.ts';
import { type Plan, authorize, plan as planStatement } from '../plan/index.ts';
import type { ReadCursor, ReadStatement } from '../query/index.ts';
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
import { whenDone } from '../when-done.ts';
import { BackendSignals } from './backend-signals.ts';
import { toColumns } from './columns.ts';
import { describedColumns } from './described-columns.ts';
import { isTold } from './message-level.ts';
import { NamedStatements } from './named-statements.ts';
import { checkParameters } from './parameter-check.ts';
import { type RoutedStatement, SessionPortal, type SessionPrepared, tagOf } from './portal.ts';
import { RoleInUse } from './role-in-use.ts';
import type { ServerRooms } from './server-rooms.ts';
import { SessionSettings } from './session-settings.ts';
import { SessionView, roleIn } from './session-view.ts';
import type { StatementCutter } from './statement-cutter.ts';
import { TransactionBlock } from './transaction-block.ts';
import type { SessionVariables } from './variables.ts';

/** One client's session: its role, variables and transaction, and the way of each statement through plan and exec or the read path. */
export class SqlSession implements Session {
  readonly #rooms: ServerRooms;
  readonly #statements: StatementCutter;
  readonly #variables: SessionVariables;
  readonly #onClose: () => void;
  readonly #block: TransactionBlock;
  readonly #settings: SessionSettings;
  readonly #named: NamedStatements;
  readonly #view: SessionView;
  #reported: ReadonlyMap<string, string>;
  /** Told with the next answer. */
  readonly #waitingNotices: PgNotice[];

  constructor(
    rooms: ServerRooms,
    options: {
      readonly role: RoleRow;
      readonly variables: SessionVariables;
      readonly clientAddress: string;
      readonly processId: number;
      readonly statements: StatementCutter;
      readonly notices: readonly PgNotice[];
      readonly onClose: () => void;
    },
  ) {
    const { variables, clientAddress } = options;
    this.#rooms = rooms;
    this.#statements = options.statements;
    this.#variables = variables;
    this.#onClose = options.onClose;
    this.#waitingNotices = [...options.notices];
    this.#reported = variables.reported();
    const role = new RoleInUse(options.role.id);
    const auditSource = (): AuditSource => ({
      user: roleIn(rooms.store.current, role.loggedIn).name,
      clientAddress,
    });
    const tell = (told: PgNotice): void => void this.#waitingNotices.push(told);
    this.#block = new TransactionBlock({
      ...{ store: rooms.store, variables, role, auditSource, tell },
      markPortals: () => this.#named.markPortals(),
    });
    this.#named = new NamedStatements(this);
    this.#settings = new SessionSettings(variables, role, this.#block, this.#named);
    this.#view = new SessionView(rooms, variables, role, this.#block, {
      processId: options.processId,
      onSetConfig: (change) => this.#settings.setConfig(change),
      backends: new BackendSignals(rooms, role, { processId: options.processId, auditSource, tell }),
    });
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

  get idleTimeouts(): { readonly idleMs: number; readonly inTransactionMs: number } {
    return this.#view.idleTimeouts;
  }

  split(text: string): readonly Statement[] {
    return this.#statements.cut(text);
  }

  query(statement: Statement, last: boolean, sink: RowSink, signal: AbortSignal): Promise<Completion> | Completion {
    const routed = statement as RoutedStatement;
    const { tree } = routed;
    this.#count(tree);
    this.#refuseInFailed(tree);
    if (tree !== undefined) return this.#queryDialect(routed, tree, last, sink, signal);
    return whenDone(this.#tellOfEgress(routed, sink), () => this.#read(routed, sink, signal));
  }

  async #queryDialect(
    routed: RoutedStatement,
    tree: DialectStatement,
    last: boolean,
    sink: RowSink,
    signal: AbortSignal,
  ): Promise<Completion> {
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

  parse(statement: Statement, types: readonly Oid[], signal: AbortSignal): Promise<SessionPrepared> | SessionPrepared {
    const routed = statement as RoutedStatement;
    const { tree } = routed;
    this.#refuseInFailed(tree);
    if (tree !== undefined) {
      return this.#columnsOf(routed, tree, signal).then((columns) => ({
        statement: routed,
        parameterTypes: [],
        columns,
      }));
    }
    const described = whenDone(this.#view.readContext(), (context) =>
      this.#rooms.query.describe(routed, types, context, signal),
    );
    return whenDone(described, (description) => ({ statement: routed, ...description }));
  }

  bind(
    prepared: Prepared,
    values: readonly (Uint8Array | null)[],
    formats: Formats,
    signal: AbortSignal,
  ): Promise<SessionPortal> | SessionPortal {
    const bound = prepared as SessionPrepared;
    this.#refuseInFailed(bound.statement.tree);
    const context = () => this.#view.readContext();
    const checked = checkParameters(this.#rooms.query, bound.parameterTypes, values, formats, context, signal);
    return whenDone(checked, () => new SessionPortal(bound, values, formats));
  }

  execute(portal: Portal, maxRows: number, sink: RowSink, signal: AbortSignal): Promise<Completion> | Completion {
    const bound = portal as SessionPortal;
    const { statement, parameterTypes } = bound.prepared;
    const { tree } = statement;
    this.#refuseInFailed(tree);
    if (bound.rest !== undefined) return bound.send(bound.rest, maxRows, sink);
    if (bound.cursor !== undefined) return bound.fetch(bound.cursor, maxRows, sink, signal);
    this.#count(tree);
    if (tree !== undefined) return this.#executeDialect(bound, tree, maxRows, sink, signal);
    const opened = whenDone(this.#tellOfEgress(statement, sink), () =>
      this.#openPortal(bound, statement, parameterTypes),
    );
    return whenDone(opened, (cursor) => bound.fetch(cursor, maxRows, sink, signal));
  }

  async #executeDialect(
    bound: SessionPortal,
    tree: DialectStatement,
    maxRows: number,
    sink: RowSink,
    signal: AbortSignal,
  ): Promise<Completion> {
    const outcome = await this.#run(bound.prepared.statement, tree, false, signal);
    this.#tell(sink, outcome);
    if (outcome.named !== undefined) {
      const { resultFormats } = bound;
      return this.#named.run(outcome.named, { sink, describe: false, resultFormats, signal });
    }
    if (outcome.read !== undefined) {
      const cursor = await this.#openPortal(bound, wholeText(outcome.read), []);
      return bound.fetch(cursor, maxRows, sink, signal);
    }
    return outcome.rows === undefined ? { tag: outcome.tag } : bound.send(outcome, maxRows, sink);
  }

  fail(): void {
    this.#rooms.counts.errors += 1;
    this.#block.fail();
  }

  sync(sink: RowSink): Promise<void> | void {
    return whenDone(this.#block.commitImplicit(), () => this.#tell(sink));
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#block.rollback();
    this.#onClose();
    return Promise.resolve();
  }

  #count(tree: DialectStatement | undefined): void {
    if (tree === undefined) this.#rooms.counts.reads += 1;
    else this.#rooms.counts.statementsOfCatalog += 1;
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
    const setting = this.#view.setting(statement.source);
    const attempt = (snapshot: Snapshot): Outcome | Promise<Outcome> => {
      if (signal.aborted) throw signal.reason instanceof PgError ? signal.reason : queryCancelled();
      const context = this.#view.planContext(snapshot, setting);
      const plan = planStatement(tree, context);
      authorize(plan, context);
      if (this.#block.readOnly && 'effects' in plan) {
        const name = tree.kind.replaceAll('-', ' ').toUpperCase();
        throw new PgError('read_only_sql_transaction', `cannot execute ${name} in a read-only transaction`);
      }
      const limited = this.#limited(signal, plan);
      return execute(plan, { plan: context, rooms: this.#rooms, session: this.#settings, memo, signal: limited });
    };
    // COMMIT and ROLLBACK end a transaction whatever became of the catalog meanwhile.
    return tree.kind === 'transaction' ? attempt(catalog.overlay) : catalog.run(attempt);
  }

  #limited(signal: AbortSignal, plan: Plan): AbortSignal {
    const { statementTimeoutMs: timeoutMs } = this.#view;
    return timeoutMs === 0 || !waits(plan) ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  }

  /** Who asks for addresses that nobody announced learns what they are worth. */
  #tellOfEgress(statement: ReadStatement, sink: RowSink): Promise<void> | void {
    const { egressNotice, query } = this.#rooms;
    if (egressNotice === undefined) return undefined;
    return whenDone(query.relationsOf(statement), (relations) => {
      if (relations.some((name) => egressRelations.has(name))) this.#notify(sink, egressNotice);
    });
  }

  /** Simple protocol: all rows, with their description. */
  #read(statement: ReadStatement, sink: RowSink, signal: AbortSignal): Promise<Completion> | Completion {
    return whenDone(this.#view.readContext(), (context) => {
      const cursor = this.#rooms.query.open(statement, noParameters, context);
      const fetched = cursor.fetch(0, true, sink, signal);
      return fetched instanceof Promise ? fetched.finally(() => cursor.close()) : fetched;
    });
  }

  #openPortal(
    portal: SessionPortal,
    statement: ReadStatement,
    types: readonly Oid[],
  ): Promise<ReadCursor> | ReadCursor {
    const { values, parameterFormats, resultFormats } = portal;
    const parameters = { types, values, parameterFormats, resultFormats };
    return whenDone(this.#view.readContext(), (context) => this.#rooms.query.open(statement, parameters, context));
  }

  async #columnsOf(
    statement: RoutedStatement,
    tree: DialectStatement,
    signal: AbortSignal,
  ): Promise<readonly Column[] | null> {
    const named = this.#named.columnsOf(tree);
    if (named !== undefined) return named;
    const described = describedColumns(tree);
    if (described !== undefined) return toColumns(described);
    if (tree.kind !== 'show') return null;
    const context = await this.#view.readContext();
    const setting = this.#view.setting(statement.source);
    const plan = planStatement(tree, this.#view.planContext(await this.#block.catalog.current(), setting));
    if (plan.kind !== 'read') return null;
    return (await this.#rooms.query.describe(wholeText(plan.text), [], context, signal)).columns;
  }

  /** Sends what waited, the outcome's notices and the parameters that changed. */
  #tell(sink: RowSink, outcome?: Outcome): void {
    for (const told of this.#waitingNotices.splice(0)) this.#notify(sink, told);
    for (const told of outcome?.notices ?? []) this.#notify(sink, told);
    const now = this.#variables.reported();
    if (now === this.#reported) return;
    for (const [name, value] of now) if (this.#reported.get(name) !== value) sink.parameter(name, value);
    this.#reported = now;
  }

  #notify(sink: RowSink, told: PgNotice): void {
    if (isTold(told, this.#variables.get('client_min_messages') ?? 'notice')) sink.notice(told);
  }
}

const egressRelations: ReadonlySet<string> = new Set(['mz_egress_ips', 'mz_catalog.mz_egress_ips']);

const noParameters = { types: [], values: [], parameterFormats: [], resultFormats: [] } as const;

const wholeText = (text: string): ReadStatement => ({ text, offset0: 0, source: text });

/** Statements that end a failed transaction, or lead out of the failure. */
const endsTransaction = (tree: DialectStatement | undefined): boolean =>
  tree?.kind === 'transaction' && ['commit', 'rollback', 'rollback-to'].includes(tree.action.kind);

/** Plans that may wait for the network. */
const waits = (plan: Plan): boolean =>
  ['create-connection', 'alter-connection', 'rotate-keys', 'validate-connection', 'explain-connection'].includes(
    plan.kind,
  );
