import type { Change } from './change.ts';
import type { AuditEvent, AuditRow } from './rows.ts';
import type { Snapshot } from './snapshot.ts';

/** One committed transaction, as mirrors and live objects are told of it. */
export interface Commit {
  readonly before: Snapshot;
  readonly after: Snapshot;
  readonly changes: readonly Change[];
  readonly audit: readonly AuditRow[];
}

/** The catalog moved on since `expected`: plan again on the newer snapshot. Never reaches a client as such. */
export class VersionConflict extends Error {
  override readonly name = 'VersionConflict';
}

/** The system of record. Nothing outside `catalog/` knows how it is stored. */
export interface CatalogStore extends AsyncDisposable {
  /** The newest committed snapshot. */
  readonly current: Snapshot;
  /** A random id of this catalog, made once. `mz_environment_id()` is built from it. */
  readonly environmentId: string;
  /**
   * Writes changes and audit in one durable transaction and returns the new snapshot. Audit rows get ids and times here.
   * @throws VersionConflict when the catalog is no longer at `expectedVersion`.
   */
  commit(expectedVersion: number, changes: readonly Change[], audit: readonly AuditEvent[]): Promise<Snapshot>;
  /** Told of every commit in order, synchronously, after it is durable. Returns the way to stop. */
  onCommit(listener: (commit: Commit) => void): () => void;
  /** Audit rows with id > `afterId` in order, at most `limit`. */
  auditRows(afterId: number, limit: number): readonly AuditRow[];
}
