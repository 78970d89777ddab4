import type Database from 'better-sqlite3';
import { PgError, invariant } from '../errors/index.ts';
import {
  type DirectoryLock,
  databaseFormats,
  lockDirectory,
  migrate,
  openDatabase,
  pathIn,
  refusedFile,
  writeFailure,
} from '../storage/index.ts';
import { type Log, describeError } from '../telemetry/index.ts';
import { bootstrapChanges } from './bootstrap.ts';
import type { Change } from './change.ts';
import type { AuditEvent, AuditRow } from './rows.ts';
import { Snapshot } from './snapshot.ts';
import { SqliteFile } from './sqlite-file.ts';
import { type CatalogStore, type Commit, VersionConflict } from './store.ts';

/**
 * Opens the catalog of a data directory, which it makes and fills when it is empty, and holds the directory's lock until disposed.
 * @throws DataDirectoryLocked and other StartRefused.
 */
export async function openCatalogStore(options: {
  readonly directory: string;
  readonly log: Log;
}): Promise<CatalogStore> {
  const lock = lockDirectory(options.directory);
  try {
    return openLocked(pathIn(options.directory, 'catalog'), lock, options.log);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function openLocked(path: string, lock: DirectoryLock, log: Log): CatalogStore {
  const database = openDatabase({ path, synchronous: 'FULL' });
  try {
    migrate(database, path, databaseFormats.catalog);
    const file = new SqliteFile(database);
    if (file.head() === undefined) file.fill(bootstrapChanges());
    const head = file.head();
    invariant(head !== undefined, 'a filled catalog has a version');
    const snapshot = Snapshot.empty().apply(file.rows(), head.version);
    return new SqliteStore({ database, file, path, lock, log, snapshot, environmentId: head.environmentId });
  } catch (error) {
    database.close();
    throw refusedFile(path, error);
  }
}

interface Opened {
  readonly database: Database.Database;
  readonly file: SqliteFile;
  readonly path: string;
  readonly lock: DirectoryLock;
  readonly log: Log;
  readonly snapshot: Snapshot;
  readonly environmentId: string;
}

/** Writes are synchronous: a commit is on disk, in memory and told to listeners before anything else of the process runs. */
class SqliteStore implements CatalogStore {
  readonly environmentId: string;
  readonly #opened: Opened;
  readonly #listeners = new Set<(commit: Commit) => void>();
  #current: Snapshot;
  #disposed = false;

  constructor(opened: Opened) {
    this.#opened = opened;
    this.#current = opened.snapshot;
    this.environmentId = opened.environmentId;
  }

  get current(): Snapshot {
    return this.#current;
  }

  async commit(expectedVersion: number, changes: readonly Change[], audit: readonly AuditEvent[]): Promise<Snapshot> {
    invariant(!this.#disposed, 'the catalog is closed');
    const before = this.#current;
    if (before.version !== expectedVersion) {
      throw new VersionConflict(`the catalog is at version ${before.version}, not ${expectedVersion}`);
    }
    const after = before.apply(changes, expectedVersion + 1);
    const rows = this.#write(after.version, changes, audit);
    this.#current = after;
    this.#tell({ before, after, changes, audit: rows });
    return after;
  }

  onCommit(listener: (commit: Commit) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  auditRows(afterId: number, limit: number): readonly AuditRow[] {
    return this.#opened.file.auditRows(afterId, limit);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#listeners.clear();
    try {
      this.#opened.database.pragma('wal_checkpoint(TRUNCATE)');
    } finally {
      this.#opened.database.close();
      this.#opened.lock.release();
    }
  }

  #write(next: number, changes: readonly Change[], audit: readonly AuditEvent[]): readonly AuditRow[] {
    const { file, path, log } = this.#opened;
    try {
      return file.commit({ expected: next - 1, next }, changes, audit);
    } catch (error) {
      if (error instanceof VersionConflict) throw error;
      const failure = writeFailure(path, error);
      if (failure instanceof PgError) log.error({ err: describeError(error) }, 'catalog not written');
      throw failure;
    }
  }

  /** The commit is durable: a listener that fails is recorded, and neither the writer nor the other listeners fail with it. */
  #tell(commit: Commit): void {
    for (const listener of this.#listeners) {
      try {
        listener(commit);
      } catch (error) {
        this.#opened.log.error({ err: describeError(error), version: commit.after.version }, 'commit listener failed');
      }
    }
  }
}
