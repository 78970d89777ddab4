import {
  type AuditEvent,
  type AuditRow,
  type CatalogStore,
  type Change,
  type Commit,
  Snapshot,
  VersionConflict,
} from '../../../src/catalog/index.ts';
import { bootstrapChanges } from '../../../src/catalog/bootstrap.ts';

/** A catalog store without a disk, for tests of what reads from it. */
export class MemoryStore implements CatalogStore {
  readonly environmentId = 'local-00000000-0000-0000-0000-000000000000-0';
  readonly #audit: AuditRow[] = [];
  readonly #listeners = new Set<(commit: Commit) => void>();
  #current = Snapshot.empty().apply(bootstrapChanges(), 1);

  get current(): Snapshot {
    return this.#current;
  }

  async commit(expectedVersion: number, changes: readonly Change[], audit: readonly AuditEvent[]): Promise<Snapshot> {
    if (expectedVersion !== this.#current.version) throw new VersionConflict();
    return this.apply(changes, audit);
  }

  /** Commits on top of whatever is there. */
  apply(changes: readonly Change[], audit: readonly AuditEvent[] = []): Snapshot {
    const before = this.#current;
    const after = before.apply(changes, before.version + 1);
    const rows = audit.map((event, index) => ({
      ...event,
      id: this.#audit.length + index + 1,
      occurredAt: new Date(1_700_000_000_000).toISOString(),
    }));
    this.#audit.push(...rows);
    this.#current = after;
    for (const listener of this.#listeners) listener({ before, after, changes, audit: rows });
    return after;
  }

  onCommit(listener: (commit: Commit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  auditRows(afterId: number, limit: number): readonly AuditRow[] {
    return this.#audit.filter((row) => row.id > afterId).slice(0, limit);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listeners.clear();
  }
}
