import type { Change, Commit, Snapshot } from '../../catalog/index.ts';
import type { ObservationChange } from '../../observations/index.ts';
import { hasMovingLiteral } from '../gate/steady.ts';
import { LruCache } from '../lru-cache.ts';
import { messageType, readFields } from './backend-messages.ts';
import { type BaseChange, PendingChanges, ofAudit, ofCatalog, ofObservation } from './base-changes.ts';
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
import { type MirrorContents, partsOf, take } from './mirror-contents.ts';
import { type Noted, readNoted, whatWasNoted } from './noted.ts';
import type { Stop } from '../stop.ts';
import { quoteLiteral } from './quote.ts';
import { type SessionState, becomeSystem, sessionKey, sessionStatements } from './session-state.ts';
import { writeMessages } from './write-messages.ts';

/** What every mirror of a server says of the server. */
export interface MirrorConstants {
  /** `version()`. */
  readonly version: string;
  readonly mzVersion: string;
  readonly environmentId: string;
}

/** The engine refused something that the server itself asked: a defect, and the mirror cannot be trusted. */
export class MirrorBroken extends Error {
  override readonly name = 'MirrorBroken';
}

/** One question to a mirror, in a read-only transaction of its own. */
export interface MirrorRead {
  readonly session: SessionState;
  readonly overlay: readonly Change[];
  /** Settings for this read alone, UTF-8: the rows of live relations. */
  readonly local: ReadonlyMap<string, Uint8Array>;
  readonly text: string;
  readonly types: readonly number[];
  readonly bound: {
    readonly values: readonly (Uint8Array | null)[];
    readonly parameterFormats: readonly ('text' | 'binary')[];
    readonly resultFormats: readonly ('text' | 'binary')[];
  } | null;
  /** Told of every message that answers the statement itself; those of the wrapping transaction are dropped. */
  readonly listener: (message: Uint8Array) => Promise<void> | void;
  /** Told what a statement noted that calls such functions, once it succeeded. */
  readonly onNoted?: (noted: Noted) => void;
  /** Told when nobody waits for the answer. */
  readonly stop: Stop;
}

const beginReadOnly = simpleQuery('BEGIN READ ONLY');
const rollback = simpleQuery('ROLLBACK');
const syncMessage = sync();
const answerWhole = [describe('P', ''), execute()] as const;

const preparedMax = 200;
const portionRows = 2_000;
/** Of a history, between two reads. */
const historyPortionRows = 500;
/** Changed rows after which dead ones are cleared away. */
const vacuumAfterRows = 20_000;

/** An engine that holds a copy of the catalog and follows its commits. One thing at a time, but for reads that it is set up for: the caller sees to it. */
export class Mirror {
  readonly #engine: Engine;
  readonly #pending = new PendingChanges();
  readonly #prepared: LruCache<string, string>;
  readonly #evicted: string[] = [];
  #version: number;
  #pendingVersion: number;
  #sessionKey: string | null = null;
  #database: string | null = null;
  #nextStatement = 1;
  readonly #sessionNumbers = new LruCache<string, number>(preparedMax);
  #nextSession = 1;
  #changedRows = 0;
  /** Histories that are still to be loaded; null when all are. */
  #backlog: Iterator<BaseChange> | null = null;
  /** Up to where histories were cut meanwhile. */
  readonly #prunedUpTo = new Map<string, number>();

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

  /** Whether the histories are loaded too. */
  get complete(): boolean {
    return this.#backlog === null;
  }

  /** Fills the empty tables, but for the histories. @throws MirrorBroken, EngineLost */
  async load(contents: MirrorContents, constants: MirrorConstants): Promise<void> {
    const settings = {
      'sallyport.version': constants.version,
      'sallyport.mz_version': constants.mzVersion,
      'sallyport.environment_id': constants.environmentId,
    };
    const set = Object.entries(settings).map(
      ([name, value]) => `pg_catalog._mirror_set_config('${name}', ${quoteLiteral(value)}, false)`,
    );
    await this.#command([simpleQuery(`${becomeSystem}; SELECT ${set.join(', ')}`)]);
    const { first, histories } = partsOf(contents);
    this.#backlog = histories;
    for (let portion = take(first, portionRows); portion.length > 0; portion = take(first, portionRows)) {
      await this.#write(portion);
    }
    await this.#command([simpleQuery('ANALYZE')]);
    this.#changedRows = 0;
  }

  /** Loads the next portion of the histories. @throws MirrorBroken, EngineLost */
  async loadMore(): Promise<void> {
    if (this.#backlog === null) return;
    const portion = take(this.#backlog, historyPortionRows);
    const changedRows = this.#changedRows;
    await this.#write(portion.filter((change) => !this.#isPruned(change)));
    // New rows leave no dead ones behind.
    this.#changedRows = changedRows;
    if (portion.length < historyPortionRows) this.#backlog = null;
  }

  #isPruned(change: BaseChange): boolean {
    return change.op === 'put' && Number(change.key) <= (this.#prunedUpTo.get(change.table) ?? 0);
  }

  /** Notes a commit; it is applied before the next read. */
  committed(commit: Commit): void {
    for (const change of commit.changes) {
      const base = ofCatalog(change);
      if (base !== null) this.#pending.add(base);
    }
    for (const row of commit.audit) this.#pending.add(ofAudit(row));
    this.#pendingVersion = commit.after.version;
  }

  /** Notes what was seen; it is applied before the next read. */
  observed(change: ObservationChange): void {
    for (const base of ofObservation(change)) {
      if (base.op === 'prune' && !this.complete) this.#prunedUpTo.set(base.table, base.upToId);
      this.#pending.add(base);
    }
  }

  /** Brings the mirror to the newest change that it was told of. @throws MirrorBroken, EngineLost */
  async catchUp(): Promise<void> {
    while (this.#pending.size > 0) {
      const version = this.#pendingVersion;
      await this.#write(this.#pending.take());
      this.#version = version;
    }
    this.#version = this.#pendingVersion;
    if (this.#changedRows < vacuumAfterRows) return;
    this.#changedRows = 0;
    await this.#reset();
    await this.#command([simpleQuery('VACUUM (ANALYZE)')]);
  }

  get version(): number {
    return this.#version;
  }

  /** Whether a read can be asked right behind what the engine is at: nothing must be applied or set before. */
  isSetUpFor(session: SessionState): boolean {
    return this.upToDate && this.#sessionKey === sessionKey(session);
  }

  /** What runs goes on behind all others; what the engine has not begun is rejected as NotBegun. */
  stepAside(): void {
    this.#engine.stepAside();
  }

  /** Back among the others; false when the system does not let it. */
  stepBack(): boolean {
    return this.#engine.stepBack();
  }

  /** Runs one statement. Errors of the engine about it come as ErrorResponse to the listener. @throws EngineLost, MirrorBroken */
  async read(read: MirrorRead): Promise<void> {
    const key = sessionKey(read.session);
    const opening: Uint8Array[] = [];
    if (read.overlay.length === 0) {
      if (this.#sessionKey !== key && !(await this.#enter(read.session, key, read.listener))) return;
      if (this.#sessionKey !== key) throw new MirrorBroken('two sessions read at once');
      opening.push(beginReadOnly);
    } else {
      opening.push(...(await this.#overlay(read)));
    }
    if (read.local.size > 0) opening.push(concatenate([...localMessages(read.local), syncMessage]));
    const statement = this.#statement(read, key);
    const closing = this.#evicted.splice(0).map(closeStatement);
    const asked =
      read.bound === null
        ? [describe('S', statement.name)]
        : [
            bind(statement.name, read.bound.values, read.bound.parameterFormats, read.bound.resultFormats),
            ...answerWhole,
          ];
    const ending = read.onNoted === undefined ? [rollback] : [simpleQuery(whatWasNoted), rollback];
    const batch = [...closing, ...opening, ...statement.parse, ...asked, syncMessage, ...ending];
    const first = opening.length;
    await this.#engine.ask(
      concatenate(batch),
      first + 1 + ending.length,
      (message, answer) => {
        const type = messageType(message);
        // An error of the opening leaves the transaction aborted: what follows fails too, and the first error is the cause.
        if (answer < first) return type === 'E' ? read.listener(message) : undefined;
        if (answer > first) {
          if (type === 'D') read.onNoted?.(readNoted(message));
          return undefined;
        }
        if (type === '1' && statement.name !== '') this.#keepPrepared(statement.key, statement.name);
        return type === '1' || type === '2' || type === '3' ? undefined : read.listener(message);
      },
      read.stop,
    );
  }

  end(): Promise<void> {
    return this.#engine.end();
  }

  /** A statement is prepared once for a session's state and then reused. */
  #statement(
    read: MirrorRead,
    session: string,
  ): { readonly name: string; readonly key: string; readonly parse: readonly Uint8Array[] } {
    const key = `${this.#sessionNumber(session)} ${read.types.join()} ${read.text}`;
    const known = this.#prepared.get(key);
    if (known !== undefined) return { name: known, key, parse: [] };
    // A literal 'now' is read when its statement is prepared.
    const name = hasMovingLiteral(read.text) || read.overlay.length > 0 ? '' : `s${this.#nextStatement++}`;
    return { name, key, parse: [parse(name, read.text, read.types)] };
  }

  /** Of two reads that were asked at once, both may have prepared it. */
  #keepPrepared(key: string, name: string): void {
    const other = this.#prepared.get(key);
    if (other !== undefined) this.#evicted.push(other);
    this.#prepared.set(key, name);
  }

  /** Sessions' keys are long, and looked at with every read. */
  #sessionNumber(key: string): number {
    const number = this.#sessionNumbers.get(key) ?? this.#nextSession++;
    this.#sessionNumbers.set(key, number);
    return number;
  }

  /** Sets the engine up for a session; false when it refused, of which the reader was told. */
  async #enter(session: SessionState, key: string, listener: MirrorRead['listener']): Promise<boolean> {
    this.#sessionKey = null;
    let failed = false;
    await this.#engine.ask(simpleQuery(sessionStatements(session, this.#database)), 1, (message) => {
      if (messageType(message) !== 'E') return undefined;
      failed = true;
      return listener(message);
    });
    if (failed) return false;
    this.#sessionKey = key;
    this.#database = session.database;
    return true;
  }

  /** Everything in one transaction that is rolled back: uncommitted changes, the session, then read only. */
  async #overlay(read: MirrorRead): Promise<readonly Uint8Array[]> {
    await this.#reset();
    const changes = new PendingChanges();
    for (const change of read.overlay) {
      const base = ofCatalog(change);
      if (base !== null) changes.add(base);
    }
    const writes = writeMessages(changes.take());
    return [
      simpleQuery('BEGIN'),
      concatenate([...writes, sync()]),
      simpleQuery(`${sessionStatements(read.session, null)}; SET TRANSACTION READ ONLY`),
    ];
  }

  async #reset(): Promise<void> {
    if (this.#sessionKey === null) return;
    this.#sessionKey = null;
    await this.#command([simpleQuery(becomeSystem)]);
  }

  /** One implicit transaction: messages up to one Sync. */
  async #write(changes: readonly BaseChange[]): Promise<void> {
    if (changes.length === 0) return;
    await this.#reset();
    this.#changedRows += changes.length;
    await this.#command([...writeMessages(changes), sync()]);
  }

  /** For what the server itself asks: one query, or messages up to one Sync. @throws MirrorBroken when the engine refuses. */
  async #command(messages: readonly Uint8Array[]): Promise<void> {
    let failure: string | null = null;
    await this.#engine.ask(concatenate(messages), 1, (message) => {
      if (messageType(message) === 'E') failure ??= readFields(message).get('M') ?? 'unknown error';
    });
    if (failure !== null) throw new MirrorBroken(failure);
  }
}

/** Not as literals of a SET: rows of ten thousand connections are long, and need no quoting so. */
const localMessages = (local: ReadonlyMap<string, Uint8Array>): readonly Uint8Array[] =>
  [...local].flatMap(([name, value]) => [
    parse('', 'SELECT pg_catalog._mirror_set_config($1::pg_catalog.text, $2::pg_catalog.text, true)', []),
    bind('', [textBytes(name), value], [], []),
    execute(),
  ]);
