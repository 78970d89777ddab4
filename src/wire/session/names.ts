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

/** What may be said of a portal beyond the engine's own state. */
export interface PortalFacts {
  /** The tag with which it ran to its end. */
  readonly completedTag?: string;
  /** Its transaction has failed. */
  readonly failed?: boolean;
  /** Bytes of the parameters it holds. */
  readonly bytes?: number;
}

interface TableRules<T> {
  readonly most: number;
  readonly plural: string;
  readonly taken: (name: string) => PgError;
  readonly sizeOf: (object: T) => number;
  readonly release: (object: T) => void;
}

/** The named objects of one session, with their limits. */
export class Names implements SessionNames {
  readonly statements: NameTable<Prepared>;
  readonly portals: NameTable<Portal>;
  readonly #facts = new WeakMap<Portal, PortalFacts>();

  constructor(limits: WireLimits) {
    const budget = new Budget(limits.namedBytesMax);
    this.statements = new Table<Prepared>(budget, {
      most: limits.statementsMax,
      plural: 'prepared statements',
      taken: (name) => new PgError('duplicate_prepared_statement', `prepared statement "${name}" already exists`),
      sizeOf: (prepared) => 2 * prepared.statement.source.length + 4 * prepared.parameterTypes.length,
      release: () => {},
    });
    this.portals = new Table<Portal>(budget, {
      most: limits.portalsMax,
      plural: 'portals',
      taken: (name) => new PgError('duplicate_cursor', `cursor "${name}" already exists`),
      sizeOf: (portal) => this.facts(portal).bytes ?? 0,
      release: (portal) => portal.close(),
    });
  }

  facts(portal: Portal): PortalFacts {
    return this.#facts.get(portal) ?? {};
  }

  learn(portal: Portal, facts: PortalFacts): void {
    this.#facts.set(portal, { ...this.facts(portal), ...facts });
  }

  /** @throws PgError 26000 */
  statement(name: string): Prepared {
    const prepared = this.statements.get(name);
    if (prepared !== undefined) return prepared;
    const what = name === '' ? 'unnamed prepared statement' : `prepared statement "${name}"`;
    throw new PgError('invalid_sql_statement_name', `${what} does not exist`);
  }

  /** @throws PgError 34000 */
  portal(name: string): Portal {
    const portal = this.portals.get(name);
    if (portal !== undefined) return portal;
    throw new PgError('invalid_cursor_name', `portal "${name}" does not exist`);
  }

  /** A transaction has ended: its portals go with it. */
  endTransaction(): void {
    for (const [name, portal] of [...this.portals.entries()]) {
      if (portal.holdable !== true) this.portals.delete(name);
    }
  }

  /** A transaction has failed: its portals stay until it is rolled back, but cannot run any more. */
  failTransaction(): void {
    for (const [, portal] of this.portals.entries()) {
      if (portal.holdable !== true) this.learn(portal, { failed: true });
    }
  }
}

/** Bytes that all names of one session share. */
class Budget {
  readonly #most: number;
  #used = 0;

  constructor(most: number) {
    this.#most = most;
  }

  take(bytes: number): void {
    if (this.#used + bytes > this.#most) {
      throw limitReached(`${this.#most} bytes of prepared statements and portals`);
    }
    this.#used += bytes;
  }

  giveBack(bytes: number): void {
    this.#used -= bytes;
  }
}

class Table<T> implements NameTable<T> {
  readonly #objects = new Map<string, { readonly object: T; readonly bytes: number }>();
  readonly #budget: Budget;
  readonly #rules: TableRules<T>;

  constructor(budget: Budget, rules: TableRules<T>) {
    this.#budget = budget;
    this.#rules = rules;
  }

  get(name: string): T | undefined {
    return this.#objects.get(name)?.object;
  }

  set(name: string, object: T): void {
    if (name === '') this.delete('');
    else if (this.#objects.has(name)) throw this.#rules.taken(name);
    if (this.#objects.size >= this.#rules.most) throw limitReached(`${this.#rules.most} ${this.#rules.plural}`);
    const bytes = this.#rules.sizeOf(object);
    this.#budget.take(bytes);
    this.#objects.set(name, { object, bytes });
  }

  delete(name: string): boolean {
    const entry = this.#objects.get(name);
    if (entry === undefined) return false;
    this.#objects.delete(name);
    this.#budget.giveBack(entry.bytes);
    this.#rules.release(entry.object);
    return true;
  }

  clear(): void {
    for (const name of [...this.#objects.keys()]) this.delete(name);
  }

  *entries(): Iterable<readonly [string, T]> {
    for (const [name, { object }] of this.#objects) yield [name, object];
  }
}

function limitReached(what: string): PgError {
  return new PgError('configuration_limit_exceeded', `a session may hold at most ${what}`, {
    hint: 'Close or deallocate those that are no longer needed.',
  });
}
