import { PgError } from '../../errors/index.ts';
import type { NameTable, Portal, Prepared, SessionNames } from '../handler.ts';
import type { WireLimits } from '../limits.ts';

/** A statement of no words: legal to prepare, bind and run, and answered here. */
export class EmptyPrepared implements Prepared {
  readonly statement;
  readonly parameterTypes;
  readonly columns = null;

  constructor(statement: Prepared['statement'], parameterTypes: Prepared['parameterTypes']) {
    this.statement = statement;
    this.parameterTypes = parameterTypes;
  }
}

/** A named object, and what is known of it beyond the engine's own state. */
interface Entry<T> {
  readonly object: T;
  readonly bytes: number;
  /** The tag with which a portal ran to its end. */
  completedTag: string | undefined;
  /** The transaction of a portal has failed; once that went back to a savepoint, what is left can run again. */
  failed: boolean;
}

export type PortalEntry = Entry<Portal>;

/** How many objects all sessions of a listener hold together. */
export interface NameCounts {
  statements: number;
  portals: number;
}

/** The named objects of one session, with their limits. An idle session holds two empty maps. */
export class Names implements SessionNames {
  readonly statements: NameTable<Prepared>;
  readonly portals: NameTable<Portal>;
  readonly #portals: Table<Portal>;

  constructor(limits: WireLimits, counts: NameCounts) {
    const budget = { left: limits.namedBytesMax, counts };
    this.#portals = new Table(budget, portalRules, limits.portalsMax);
    this.portals = this.#portals;
    this.statements = new Table(budget, statementRules, limits.statementsMax);
  }

  /** The session has ended. */
  clear(): void {
    this.portals.clear();
    this.statements.clear();
  }

  /** @throws PgError 26000 */
  statement(name: string): Prepared {
    const prepared = this.statements.get(name);
    if (prepared !== undefined) return prepared;
    const what = name === '' ? 'unnamed prepared statement' : `prepared statement "${name}"`;
    throw new PgError('invalid_sql_statement_name', `${what} does not exist`);
  }

  /** @throws PgError 34000 */
  portal(name: string): PortalEntry {
    const entry = this.#portals.entry(name);
    if (entry !== undefined) return entry;
    throw new PgError('invalid_cursor_name', `portal "${name}" does not exist`);
  }

  /** A transaction has ended: its portals go with it. */
  endTransaction(): void {
    this.#portals.deleteWhere(({ holdable }) => holdable !== true);
  }

  /** A transaction has failed: its portals stay until it is rolled back, but cannot run any more. */
  failTransaction(): void {
    for (const entry of this.#portals.all()) {
      if (entry.object.holdable !== true) entry.failed = true;
    }
  }
}

/** Bytes that all names of one session share. */
interface Budget {
  left: number;
  readonly counts: NameCounts;
}

interface Rules<T> {
  readonly plural: string;
  readonly counted: keyof NameCounts;
  readonly taken: (name: string) => PgError;
  readonly bytesOf: (object: T) => number;
  readonly release: (object: T) => void;
}

const statementRules: Rules<Prepared> = {
  plural: 'prepared statements',
  counted: 'statements',
  taken: (name) => new PgError('duplicate_prepared_statement', `prepared statement "${name}" already exists`),
  bytesOf: ({ statement, parameterTypes }) => 2 * statement.source.length + 4 * parameterTypes.length,
  release: () => {},
};

/** The parameters of each portal, by the portal: what it costs to keep it. */
const parameterBytes = new WeakMap<Portal, number>();

/** Notes what a portal holds, before it gets its name. */
export function weighPortal(portal: Portal, values: readonly (Uint8Array | null)[]): void {
  if (values.length > 0)
    parameterBytes.set(
      portal,
      values.reduce((sum, value) => sum + (value?.length ?? 0), 0),
    );
}

const portalRules: Rules<Portal> = {
  plural: 'portals',
  counted: 'portals',
  taken: (name) => new PgError('duplicate_cursor', `cursor "${name}" already exists`),
  bytesOf: (portal) => parameterBytes.get(portal) ?? 0,
  release: (portal) => portal.close(),
};

/** Never holds an entry: it stands for all tables that have none yet. */
const nothing = new Map<string, never>();

class Table<T> implements NameTable<T> {
  /** Apart from the others: it comes and goes with each statement, which would make a map grow and be built anew. */
  #unnamed: Entry<T> | undefined;
  /** Made when the first named object comes: most idle sessions have none. */
  #entries = nothing as Map<string, Entry<T>>;
  readonly #budget: Budget;
  readonly #rules: Rules<T>;
  readonly #most: number;

  constructor(budget: Budget, rules: Rules<T>, most: number) {
    this.#budget = budget;
    this.#rules = rules;
    this.#most = most;
  }

  get(name: string): T | undefined {
    return this.entry(name)?.object;
  }

  entry(name: string): Entry<T> | undefined {
    return name === '' ? this.#unnamed : this.#entries.get(name);
  }

  *all(): Iterable<Entry<T>> {
    if (this.#unnamed !== undefined) yield this.#unnamed;
    yield* this.#entries.values();
  }

  set(name: string, object: T): void {
    if (name === '') this.delete('');
    else if (this.#entries.has(name)) throw this.#rules.taken(name);
    if (this.#size >= this.#most) throw limitReached(`${this.#most} ${this.#rules.plural}`);
    const bytes = this.#rules.bytesOf(object);
    if (bytes > this.#budget.left) throw limitReached('so many bytes of prepared statements and portals');
    this.#budget.left -= bytes;
    this.#budget.counts[this.#rules.counted] += 1;
    const entry = { object, bytes, completedTag: undefined, failed: false };
    if (name === '') {
      this.#unnamed = entry;
      return;
    }
    if (this.#entries === nothing) this.#entries = new Map();
    this.#entries.set(name, entry);
  }

  delete(name: string): boolean {
    const entry = this.entry(name);
    if (entry === undefined) return false;
    if (name === '') this.#unnamed = undefined;
    else this.#entries.delete(name);
    this.#budget.left += entry.bytes;
    this.#budget.counts[this.#rules.counted] -= 1;
    this.#rules.release(entry.object);
    return true;
  }

  deleteWhere(chosen: (object: T) => boolean): void {
    if (this.#unnamed !== undefined && chosen(this.#unnamed.object)) this.delete('');
    if (this.#entries.size === 0) return;
    for (const [name, { object }] of this.#entries) if (chosen(object)) this.delete(name);
  }

  clear(): void {
    this.deleteWhere(() => true);
  }

  get #size(): number {
    return this.#entries.size + (this.#unnamed === undefined ? 0 : 1);
  }

  /** The unnamed one comes first. */
  *entries(): Iterable<readonly [string, T]> {
    if (this.#unnamed !== undefined) yield ['', this.#unnamed.object];
    for (const [name, { object }] of this.#entries) yield [name, object];
  }
}

function limitReached(what: string): PgError {
  return new PgError('configuration_limit_exceeded', `a session may not hold more than ${what}`, {
    hint: 'Close or deallocate those that are no longer needed.',
  });
}
