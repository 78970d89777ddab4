import type { RoleId, RoleRow, Snapshot } from '../catalog/index.ts';
import { notInState } from '../errors/index.ts';
import { type PlanContext, durationMs, listOf } from '../plan/index.ts';
import type { ReadContext } from '../query/index.ts';
import type { CatalogTransaction } from './catalog-transaction.ts';
import { MadeOfVariables } from './made-of-variables.ts';
import type { RoleInUse } from './role-in-use.ts';
import type { ServerRooms } from './server-rooms.ts';
import type { TransactionBlock } from './transaction-block.ts';
import type { SessionVariables } from './variables.ts';

/** What of the session a statement is planned with. */
export interface StatementSetting extends Pick<PlanContext, 'source' | 'database' | 'searchPath'> {
  readonly roleId: RoleId;
  readonly sessionUser: RoleId;
}

/** What is the same for all reads of a session. */
type SessionFacts = Pick<ReadContext, 'processId' | 'onSetConfig' | 'backends'>;

/** How one session sees the catalog: as whom, from which database, along which search path, through which transaction. */
export class SessionView {
  readonly #rooms: ServerRooms;
  readonly #variables: SessionVariables;
  readonly #role: RoleInUse;
  readonly #block: TransactionBlock;
  readonly #facts: SessionFacts;
  readonly #idleTimeouts: MadeOfVariables<{ readonly idleMs: number; readonly inTransactionMs: number }>;
  #lastRead: { readonly context: ReadContext; readonly roleId: RoleId; readonly userId: RoleId } | undefined;

  constructor(
    rooms: ServerRooms,
    variables: SessionVariables,
    role: RoleInUse,
    block: TransactionBlock,
    facts: SessionFacts,
  ) {
    this.#rooms = rooms;
    this.#facts = facts;
    this.#variables = variables;
    this.#role = role;
    this.#block = block;
    this.#idleTimeouts = new MadeOfVariables(variables, () => ({
      idleMs: this.#durationMs('idle_session_timeout'),
      inTransactionMs: this.#durationMs('idle_in_transaction_session_timeout'),
    }));
  }

  get statementTimeoutMs(): number {
    return this.#durationMs('statement_timeout');
  }

  get idleTimeouts(): { readonly idleMs: number; readonly inTransactionMs: number } {
    return this.#idleTimeouts.now;
  }

  /** As it is now: a statement that is planned again at COMMIT is still the one that was given. */
  setting(source: string): StatementSetting {
    return {
      source,
      roleId: this.#role.id,
      sessionUser: this.#role.sessionUser,
      database: this.#database(),
      searchPath: this.#searchPath(),
    };
  }

  planContext(snapshot: Snapshot, { roleId, sessionUser, ...setting }: StatementSetting): PlanContext {
    const { sql, kinds, store, setAside } = this.#rooms;
    return {
      ...setting,
      snapshot,
      role: roleIn(snapshot, roleId),
      sessionRole: roleIn(snapshot, sessionUser),
      loginRole: roleIn(snapshot, this.#role.loggedIn),
      kinds,
      sql,
      environmentId: store.environmentId,
      setAside,
    };
  }

  /** What a read depends on. The same object until any of it changes: kept answers are found by it. */
  readContext(): ReadContext | Promise<ReadContext> {
    const { catalog } = this.#block;
    return catalog.isCurrent ? this.#contextIn(catalog) : catalog.current().then(() => this.#contextIn(catalog));
  }

  #contextIn(catalog: CatalogTransaction): ReadContext {
    const { id: roleId, sessionUser: userId } = this.#role;
    const settings = this.#variables.effective();
    const last = this.#lastRead;
    const { context } = last ?? {};
    const same = context?.snapshot === catalog.base && context.settings === settings && !catalog.hasChanges;
    if (same && last?.roleId === roleId && last.userId === userId) return last.context;
    const role = roleIn(catalog.overlay, roleId);
    const made: ReadContext = {
      ...this.#facts,
      role: role.name,
      sessionUser: roleIn(catalog.overlay, userId).name,
      superuser: role.superuser,
      database: this.#database(),
      searchPath: this.#searchPath(),
      settings,
      snapshot: catalog.base,
      overlay: catalog.changes,
      statementTimeoutMs: this.statementTimeoutMs,
    };
    this.#lastRead = catalog.hasChanges ? undefined : { context: made, roleId, userId };
    return made;
  }

  #database(): string {
    return this.#variables.get('database') ?? '';
  }

  #searchPath(): readonly string[] {
    return listOf(this.#variables.get('search_path') ?? '');
  }

  #durationMs(variable: string): number {
    return durationMs(this.#variables.get(variable) ?? '0');
  }
}

/** @throws PgError 55000 when it was dropped meanwhile */
export function roleIn(snapshot: Snapshot, id: RoleId): RoleRow {
  const role = snapshot.role(id);
  if (role === undefined) throw notInState('the role of this session was dropped');
  return role;
}
