import type { AuditRow, Change, Commit, Snapshot } from '../../catalog/index.ts';
import { LruCache } from '../lru-cache.ts';
import { messageType, readFields } from './backend-messages.ts';
import {
  type BaseChange,
  type BaseTableName,
  auditToBaseChange,
  baseTableNames,
  deleteStatement,
  snapshotToBaseChanges,
  toBaseChange,
  upsertStatement,
} from './base-tables.ts';
import type { Engine } from './engine.ts';
import {
  bind,
  closeStatement,
  concatenate,
  describe,
  execute,
  parse,
  simpleQuery,
  sync,
  textBytes,
} from './frontend-messages.ts';
import { quoteLiteral } from './quote.ts';
import { type SessionState, becomeSystem, sessionKey, sessionStatements } from './session-state.ts';

/** What every mirror of a server says of the server. */
export interface MirrorConstants {
  readonly version: string;
  readonly mzVersion: string;
  readonly environmentId: string;
  readonly serverVersion: string;
}

/** The engine refused something that the server itself asked: a defect, and the mirror cannot be trusted. */
export class MirrorBroken extends Error {
  override readonly name = 'MirrorBroken';
}

/** One question to a mirror, in a read-only transaction of its own. */
export interface MirrorRead {
  readonly session: SessionState;
  readonly overlay: readonly Change[];
  /** Settings for this read alone: the rows of live relations. */
  readonly local: ReadonlyMap<string, string>;
  readonly text: string;
  readonly types: readonly number[];
  readonly bound: {
    readonly values: readonly (Uint8Array | null)[];
    readonly parameterFormats: readonly ('text' | 'binary')[];
    readonly resultFormats: readonly ('text' | 'binary')[];
  } | null;
  /** Told of every message that answers the statement itself; those of the wrapping transaction are dropped. */
  readonly listener: (message: Uint8Array) => Promise<void> | void;
}

const preparedMax = 200;
const loadRows = 2_000;
const auditPage = 2_000;
/** Changed rows after which dead ones are cleared away. */
const vacuumAfterRows = 20_000;

/** These literals mean another value each time, but are read when a statement is prepared. */
const movingLiteral = /'\s*(?:now|today|tomorrow|yesterday)\b/i;

/** An engine that holds a copy of the catalog and follows its commits. One thing at a time: the caller sees to it. */
export class Mirror {
  readonly #engine: Engine;
  readonly #pending = new Map<string, BaseChange>();
  readonly #prepared: LruCache<string, string>;
  readonly #evicted: string[] = [];
  #version: number;
  #pendingVersion: number;
  #sessionKey: string | null = null;
  #database: string | null = null;
  #nextStatement = 1;
  #changedRows = 0;

  private constructor(engine: Engine, version: number) {
    this.#engine = engine;
    this.#version = version;
    this.#pendingVersion = version;
    this.#prepared = new LruCache(preparedMax, (_, name) => this.#evicted.push(name));
  }

  /** Commits that happen while it loads go to {@link Mirror.committed}, which the caller calls from now on. */
  static create(engine: Engine, snapshot: Snapshot): Mirror {
    return new Mirror(engine, snapshot.version);
  }

  get lost(): boolean {
    return this.#engine.lost;
  }

  get memoryBytes(): number {
    return this.#engine.memoryBytes;
  }

  get upToDate(): boolean {
    return this.#pending.size === 0;
  }

  /** Fills the empty tables. @throws MirrorBroken, EngineLost */
  async load(
    snapshot: Snapshot,
    auditRows: (afterId: number, limit: number) => readonly AuditRow[],
    constants: MirrorConstants,
  ): Promise<void> {
    const settings = {
      'sallyport.version': constants.version,
      'sallyport.mz_version': constants.mzVersion,
      'sallyport.environment_id': constants.environmentId,
      'sallyport.server_version': constants.serverVersion,
    };
    const set = Object.entries(settings).map(
      ([name, value]) => `pg_toast.set_config('${name}', ${quoteLiteral(value)}, false)`,
    );
    await this.#command([simpleQuery(`${becomeSystem}; SELECT ${set.join(', ')}`)], 1);
    let rows: BaseChange[] = [];
    for (const change of snapshotToBaseChanges(snapshot)) {
      rows.push(change);
      if (rows.length < loadRows) continue;
      await this.#write(rows);
      rows = [];
    }
    await this.#write(rows);
    for (let after = 0; ; ) {
      const page = auditRows(after, auditPage);
      await this.#write(page.map(auditToBaseChange));
      if (page.length < auditPage) break;
      after = page.at(-1)?.id ?? after;
    }
    await this.#command([simpleQuery('ANALYZE')], 1);
    this.#changedRows = 0;
  }

  /** Notes a commit; it is applied before the next read. Later changes of a row replace earlier ones. */
  committed(commit: Commit): void {
    for (const change of commit.changes) {
      const base = toBaseChange(change);
      if (base !== null) this.#pending.set(`${base.table}/${base.key}`, base);
    }
    for (const row of commit.audit) {
      const base = auditToBaseChange(row);
      this.#pending.set(`${base.table}/${base.key}`, base);
    }
    this.#pendingVersion = commit.after.version;
  }

  /** Brings the mirror to the newest commit that it was told of. @throws MirrorBroken, EngineLost */
  async catchUp(): Promise<void> {
    while (this.#pending.size > 0) {
      const changes = [...this.#pending.values()];
      const version = this.#pendingVersion;
      this.#pending.clear();
      await this.#write(changes);
      this.#version = version;
    }
    this.#version = this.#pendingVersion;
    if (this.#changedRows < vacuumAfterRows) return;
    this.#changedRows = 0;
    await this.#reset();
    await this.#command([simpleQuery('VACUUM (ANALYZE)')], 1);
  }

  get version(): number {
    return this.#version;
  }

  /** Runs one statement. Errors of the engine about it come as ErrorResponse to the listener. @throws EngineLost, MirrorBroken */
  async read(read: MirrorRead): Promise<void> {
    const key = sessionKey(read.session);
    const opening: Uint8Array[] = [];
    if (read.overlay.length === 0) {
      await this.#enter(read.session, key, read.listener);
      if (this.#sessionKey !== key) return;
      opening.push(simpleQuery(`BEGIN READ ONLY${this.#localStatements(read.local)}`));
    } else {
      opening.push(...(await this.#overlay(read)));
    }
    const statement = this.#statement(read, key);
    const closing = this.#evicted.splice(0).map(closeStatement);
    const asked =
      read.bound === null
        ? [describe('S', statement.name)]
        : [
            bind(statement.name, read.bound.values, read.bound.parameterFormats, read.bound.resultFormats),
            describe('P', ''),
            execute(),
          ];
    const batch = [...closing, ...opening, ...statement.parse, ...asked, sync(), simpleQuery('ROLLBACK')];
    const first = opening.length;
    await this.#engine.ask(concatenate(batch), first + 2, (message, answer) => {
      const type = messageType(message);
      // An error of the opening leaves the transaction aborted: what follows fails too, and the first error is the cause.
      if (answer < first) return type === 'E' ? read.listener(message) : undefined;
      if (answer > first) return undefined;
      if (type === '1' && statement.name !== '') this.#prepared.set(statement.key, statement.name);
      return type === '1' || type === '2' || type === '3' ? undefined : read.listener(message);
    });
  }

  end(): Promise<void> {
    return this.#engine.end();
  }

  /** A statement is prepared once for a session's state and then reused. */
  #statement(
    read: MirrorRead,
    session: string,
  ): { readonly name: string; readonly key: string; readonly parse: readonly Uint8Array[] } {
    const key = JSON.stringify([session, read.types, read.text]);
    const known = this.#prepared.get(key);
    if (known !== undefined) return { name: known, key, parse: [] };
    const name = movingLiteral.test(read.text) || read.overlay.length > 0 ? '' : `s${this.#nextStatement++}`;
    return { name, key, parse: [parse(name, read.text, read.types)] };
  }

  /** Sets the engine up for a session, if the last read was another's. An error about it goes to the reader. */
  async #enter(session: SessionState, key: string, listener: MirrorRead['listener']): Promise<void> {
    if (this.#sessionKey === key) return;
    this.#sessionKey = null;
    let failed = false;
    await this.#engine.ask(simpleQuery(sessionStatements(session, this.#database)), 1, (message) => {
      if (messageType(message) !== 'E') return undefined;
      failed = true;
      return listener(message);
    });
    if (failed) return;
    this.#sessionKey = key;
    this.#database = session.database;
  }

  /** Everything in one transaction that is rolled back: uncommitted changes, the session, then read only. */
  async #overlay(read: MirrorRead): Promise<readonly Uint8Array[]> {
    await this.#reset();
    const changes = read.overlay.map(toBaseChange).filter((change) => change !== null);
    const writes = this.#writes(coalesce(changes));
    return [
      simpleQuery('BEGIN'),
      concatenate([...writes, sync()]),
      simpleQuery(
        `${sessionStatements(read.session, null)}${this.#localStatements(read.local)}; SET TRANSACTION READ ONLY`,
      ),
    ];
  }

  #localStatements(local: ReadonlyMap<string, string>): string {
    return [...local].map(([name, value]) => `; SET LOCAL ${name} = ${quoteLiteral(value)}`).join('');
  }

  async #reset(): Promise<void> {
    if (this.#sessionKey === null) return;
    this.#sessionKey = null;
    await this.#command([simpleQuery(becomeSystem)], 1);
  }

  /** One implicit transaction: messages up to one Sync. */
  async #write(changes: readonly BaseChange[]): Promise<void> {
    if (changes.length === 0) return;
    await this.#reset();
    this.#changedRows += changes.length;
    await this.#command([...this.#writes(changes), sync()], 1);
  }

  #writes(changes: readonly BaseChange[]): readonly Uint8Array[] {
    const messages: Uint8Array[] = [];
    for (const table of baseTableNames) {
      const own = changes.filter((change) => change.table === table);
      const gone = own.filter((change) => change.values === null).map((change) => change.key);
      const put = own.filter((change) => change.values !== null).map(({ key, values }) => ({ key, ...values }));
      if (gone.length > 0) messages.push(...command(deleteStatement(table), gone));
      if (put.length > 0) messages.push(...command(upsertStatement(table), put));
    }
    const touched = new Set(changes.map((change) => change.table));
    for (const name of syncFunctions(touched)) messages.push(...command(`SELECT pg_toast.${name}()`, null));
    return messages;
  }

  /** For what the server itself asks. @throws MirrorBroken when the engine refuses. */
  async #command(messages: readonly Uint8Array[], answers: number): Promise<void> {
    let failure: string | null = null;
    await this.#engine.ask(concatenate(messages), answers, (message) => {
      if (messageType(message) === 'E') failure ??= readFields(message).get('M') ?? 'unknown error';
    });
    if (failure !== null) throw new MirrorBroken(failure);
  }
}

function command(text: string, parameter: unknown): readonly Uint8Array[] {
  const values = parameter === null ? [] : [textBytes(JSON.stringify(parameter))];
  return [parse('', text, []), bind('', values, [], []), execute()];
}

/** Which parts of the engine's own catalogs must follow. */
function syncFunctions(touched: ReadonlySet<BaseTableName>): readonly string[] {
  const any = (...names: readonly BaseTableName[]): boolean => names.some((name) => touched.has(name));
  return [
    ...(any('roles', 'roleMembers') ? ['sync_roles'] : []),
    ...(any('roles', 'databases', 'schemas') ? ['sync_places'] : []),
    ...(any('comments') ? ['sync_comments'] : []),
  ];
}

function coalesce(changes: readonly BaseChange[]): readonly BaseChange[] {
  return [...new Map(changes.map((change) => [`${change.table}/${change.key}`, change])).values()];
}
