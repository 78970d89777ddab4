import { type AuditEvent, type CatalogStore, type Change, type Snapshot, VersionConflict } from '../catalog/index.ts';
import { PgError } from '../errors/index.ts';
import type { AuditSource, Outcome } from '../exec/index.ts';

/** Plans and carries out one statement on a snapshot; called again when the catalog moved on under it. */
export type Attempt = (snapshot: Snapshot) => Outcome | Promise<Outcome>;

interface Staged {
  readonly attempt: Attempt;
  outcome: Outcome;
}

/** More lost races than any real load brings: a way out of an endless loop. */
const attemptsMax = 1000;

/**
 * The catalog changes of one transaction: statements carried out on an overlay of the snapshot and written together at the end. When
 * another transaction was first, they are planned again on the newer snapshot; unrelated changes never see each other.
 */
export class CatalogTransaction {
  readonly #store: CatalogStore;
  readonly #explainLoss: (error: PgError) => PgError;
  #staged: readonly Staged[] = [];
  #base: Snapshot;
  #overlay: Snapshot;

  /** `explainLoss` says what a staged statement's error means when it no longer holds on the newer catalog. */
  constructor(store: CatalogStore, explainLoss: (error: PgError) => PgError) {
    this.#store = store;
    this.#explainLoss = explainLoss;
    this.#base = store.current;
    this.#overlay = this.#base;
  }

  get hasChanges(): boolean {
    return this.#staged.length > 0;
  }

  get changes(): readonly Change[] {
    return this.#staged.flatMap((staged) => staged.outcome.changes);
  }

  /** What the transaction sees, without looking whether the catalog moved on. */
  get overlay(): Snapshot {
    return this.#overlay;
  }

  get base(): Snapshot {
    return this.#base;
  }

  /** Whether {@link overlay} is what {@link current} would give. */
  get isCurrent(): boolean {
    return this.#base.version === this.#store.current.version;
  }

  /** READ COMMITTED: the newest committed catalog with the transaction's own changes on top. */
  async current(): Promise<Snapshot> {
    if (!this.isCurrent) await this.#rebase();
    return this.#overlay;
  }

  /** Carries a statement out and keeps what it changes. */
  async run(attempt: Attempt): Promise<Outcome> {
    const behind = this.#base.version !== this.#store.current.version;
    if (behind) await this.#rebase();
    const pending = attempt(this.#overlay);
    const outcome = pending instanceof Promise ? await pending : pending;
    if (outcome.changes.length > 0 || outcome.audit.length > 0 || outcome.afterCommit !== undefined) {
      this.#staged = [...this.#staged, { attempt, outcome }];
      this.#overlay = this.#overlay.apply(outcome.changes);
    }
    return outcome;
  }

  /** Remembers what was changed so far. @returns undoes what comes after */
  mark(): () => void {
    const { length } = this.#staged;
    return () => {
      this.#staged = this.#staged.slice(0, length);
      this.#overlay = this.#staged.reduce((overlay, { outcome }) => overlay.apply(outcome.changes), this.#base);
    };
  }

  /** Writes everything in one durable transaction. @throws PgError of a statement that no longer holds */
  async commit(source: AuditSource): Promise<void> {
    if (!this.hasChanges) return;
    for (let attempt = 0; ; attempt += 1) {
      try {
        if (this.#base.version !== this.#store.current.version) await this.#rebase();
        await this.#store.commit(this.#base.version, this.changes, this.#audit(source));
        break;
      } catch (error) {
        if (!(error instanceof VersionConflict)) throw error;
        if (attempt >= attemptsMax)
          throw new PgError('serialization_failure', 'the catalog changed too often', { cause: error });
      }
    }
    for (const { outcome } of this.#staged) outcome.afterCommit?.();
  }

  async #rebase(): Promise<void> {
    this.#base = this.#store.current;
    this.#overlay = this.#base;
    try {
      for (const staged of this.#staged) {
        const pending = staged.attempt(this.#overlay);
        staged.outcome = pending instanceof Promise ? await pending : pending;
        this.#overlay = this.#overlay.apply(staged.outcome.changes);
      }
    } catch (error) {
      throw error instanceof PgError ? this.#explainLoss(error) : error;
    }
  }

  #audit(source: AuditSource): readonly AuditEvent[] {
    return this.#staged.flatMap((staged) => staged.outcome.audit.map((draft) => ({ ...draft, ...source })));
  }
}
