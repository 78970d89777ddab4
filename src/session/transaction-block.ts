import type { CatalogStore } from '../catalog/index.ts';
import { PgError, type PgNotice, notice } from '../errors/index.ts';
import type { AuditSource } from '../exec/index.ts';
import type { TransactionPlan } from '../plan/index.ts';
import type { TransactionStatus } from '../wire/handler.ts';
import { CatalogTransaction } from './catalog-transaction.ts';
import { MadeOfVariables } from './made-of-variables.ts';
import type { RoleInUse } from './role-in-use.ts';
import { Savepoints } from './savepoints.ts';
import type { SessionVariables } from './variables.ts';

interface Characteristics {
  readonly isolation: string | null;
  readonly readOnly: boolean | null;
}

interface OpenTransaction {
  readonly catalog: CatalogTransaction;
  readonly savepoints: Savepoints;
  explicit: boolean;
  /** Set when it failed: what AND CHAIN hands on. */
  failed: Characteristics | null;
}

/** What a transaction begins with; null: as it is without being told. */
function defaultCharacteristics(variables: SessionVariables): Characteristics | null {
  const isolation = variables.get('default_transaction_isolation') ?? null;
  const readOnly = variables.get('default_transaction_read_only') === 'on';
  return readOnly || isolation !== variables.get('transaction_isolation') ? { isolation, readOnly } : null;
}

/**
 * A session's transaction: every statement runs in one. Implicit ones end with the query string or Sync, explicit ones (BEGIN) with COMMIT
 * or ROLLBACK; BEGIN in an implicit one makes it explicit, as in PostgreSQL.
 */
export class TransactionBlock {
  readonly #store: CatalogStore;
  readonly #variables: SessionVariables;
  readonly #role: RoleInUse;
  readonly #auditSource: () => AuditSource;
  readonly #tell: (told: PgNotice) => void;
  readonly #markPortals: () => () => void;
  readonly #defaults: MadeOfVariables<Characteristics | null>;
  #open: OpenTransaction | undefined;

  constructor(options: {
    readonly store: CatalogStore;
    readonly variables: SessionVariables;
    readonly role: RoleInUse;
    readonly auditSource: () => AuditSource;
    /** Warnings, told with the next answer. */
    readonly tell: (told: PgNotice) => void;
    /** Remembers which portals are open. @returns closes those opened since */
    readonly markPortals: () => () => void;
  }) {
    this.#store = options.store;
    this.#variables = options.variables;
    this.#defaults = new MadeOfVariables(options.variables, defaultCharacteristics);
    this.#role = options.role;
    this.#auditSource = options.auditSource;
    this.#tell = options.tell;
    this.#markPortals = options.markPortals;
  }

  get status(): TransactionStatus {
    if (this.#open === undefined || !this.#open.explicit) return 'idle';
    return this.failed ? 'failed' : 'open';
  }

  get explicit(): boolean {
    return this.#open?.explicit === true;
  }

  get failed(): boolean {
    return (this.#open?.failed ?? null) !== null;
  }

  get readOnly(): boolean {
    return this.#variables.get('transaction_read_only') === 'on';
  }

  /** The catalog as the open transaction has it; an implicit transaction begins here when none is open. */
  get catalog(): CatalogTransaction {
    return this.#ensure().catalog;
  }

  /** What the open transaction changed so far, if there is one. */
  get pending(): CatalogTransaction | undefined {
    return this.#open?.catalog;
  }

  /** Runs BEGIN, SET TRANSACTION, COMMIT, ROLLBACK and what concerns savepoints. @returns the command tag */
  async control(plan: TransactionPlan): Promise<string> {
    const transaction = this.#ensure();
    switch (plan.kind) {
      case 'begin':
        if (transaction.explicit) this.#warn('active_sql_transaction', 'there is already a transaction in progress');
        transaction.explicit = true;
        this.#characteristics(plan);
        return plan.tag;
      case 'set-transaction':
        this.#characteristics(plan);
        return 'SET';
      case 'commit':
      case 'rollback': {
        if (!transaction.explicit) this.#warn('no_active_sql_transaction', 'there is no transaction in progress');
        const commits = plan.kind === 'commit' && transaction.failed === null;
        const characteristics = transaction.failed ?? this.#characteristicsNow();
        if (commits) await this.#commit();
        else this.rollback();
        if (plan.chain) {
          this.#ensure().explicit = true;
          this.#characteristics(characteristics);
        }
        return commits ? 'COMMIT' : 'ROLLBACK';
      }
      case 'savepoint':
        savepointsOf(transaction, 'SAVEPOINT').add(plan.name, this.#mark(transaction));
        return 'SAVEPOINT';
      case 'release':
        savepointsOf(transaction, 'RELEASE SAVEPOINT').release(plan.name);
        return 'RELEASE';
      case 'rollback-to':
        savepointsOf(transaction, 'ROLLBACK TO SAVEPOINT').rollBackTo(plan.name);
        return 'ROLLBACK';
    }
  }

  /** A message failed: what was set is undone at once. An implicit transaction ends, an explicit one waits for its end. */
  fail(): void {
    if (this.#open?.explicit !== true) {
      this.rollback();
      return;
    }
    this.#open.failed ??= this.#characteristicsNow();
    this.#settle(false);
  }

  rollback(): void {
    this.#end(false);
  }

  /** A promise only when there is something to write. */
  commitImplicit(): Promise<void> | void {
    if (this.#open === undefined || this.#open.explicit) return undefined;
    if (this.#open.catalog.hasChanges) return this.#commit();
    this.#end(true);
  }

  async #commit(): Promise<void> {
    const transaction = this.#open;
    if (transaction === undefined) return;
    try {
      await transaction.catalog.commit(this.#auditSource());
      this.#end(true);
    } catch (error) {
      this.#end(false);
      throw error;
    }
  }

  #ensure(): OpenTransaction {
    if (this.#open === undefined) {
      this.#open = {
        catalog: new CatalogTransaction(this.#store, (error) => this.#lost(error)),
        savepoints: new Savepoints(),
        explicit: false,
        failed: null,
      };
      this.#variables.beginTransaction();
      this.#role.beginTransaction();
      this.#defaultCharacteristics();
    }
    return this.#open;
  }

  /** Remembers how the transaction stands. @returns goes back there, from a failed transaction too */
  #mark(transaction: OpenTransaction): () => void {
    const parts = [transaction.catalog.mark(), this.#variables.mark(), this.#role.mark(), this.#markPortals()];
    return () => {
      for (const goBack of parts) goBack();
      transaction.failed = null;
    };
  }

  /** In a transaction block the client has seen its statements succeed: what undoes them now is a lost race, not their own error. */
  #lost(error: PgError): PgError {
    if (this.#open?.explicit !== true) return error;
    return new PgError('serialization_failure', `another transaction was first: ${error.message}`, {
      detail: error.detail,
      hint: 'Run the transaction again.',
      cause: error,
    });
  }

  #end(committed: boolean): void {
    if (this.#open === undefined) return;
    this.#open = undefined;
    this.#settle(committed);
  }

  #settle(committed: boolean): void {
    this.#variables.endTransaction(committed);
    this.#role.endTransaction(committed);
  }

  #characteristics({ isolation, readOnly }: Characteristics): void {
    if (isolation !== null) this.#variables.set('transaction_isolation', isolation, true);
    if (readOnly !== null) this.#variables.set('transaction_read_only', readOnly ? 'on' : 'off', true);
  }

  #defaultCharacteristics(): void {
    const { now } = this.#defaults;
    if (now !== null) this.#characteristics(now);
  }

  #characteristicsNow(): Characteristics {
    return { isolation: this.#variables.get('transaction_isolation') ?? null, readOnly: this.readOnly };
  }

  #warn(code: 'active_sql_transaction' | 'no_active_sql_transaction', message: string): void {
    this.#tell(notice(code, message, { severity: 'WARNING' }));
  }
}

/** @throws PgError 25P01 outside a transaction block */
function savepointsOf({ explicit, savepoints }: OpenTransaction, statement: string): Savepoints {
  if (explicit) return savepoints;
  throw new PgError('no_active_sql_transaction', `${statement} can only be used in transaction blocks`);
}
