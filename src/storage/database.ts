import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import Database from 'better-sqlite3';
import { InvariantError, type PgError, StartRefused, dataCorrupted, diskFull, ioError } from '../errors/index.ts';
import { makePrivateFile, unusable } from './private-file.ts';

const busyTimeoutMs = 5_000;
/** The write-ahead log may grow while a backup reads; afterwards it is cut to this. */
const logBytesKept = 16_777_216;

export interface DatabaseFile {
  readonly path: string;
  /** `FULL` waits for the disk at each commit; `NORMAL` only at checkpoints: a power failure may lose the last commits. */
  readonly synchronous: 'FULL' | 'NORMAL';
}

/** Opens (or makes) one of our SQLite files with the settings it needs: WAL, foreign keys, 0600. @throws StartRefused. */
export function openDatabase(file: DatabaseFile): Database.Database {
  makePrivateFile(file.path);
  return opened(file.path, () => {
    const database = new Database(file.path, { timeout: busyTimeoutMs });
    database.pragma('journal_mode = WAL');
    database.pragma(`synchronous = ${file.synchronous}`);
    database.pragma(`journal_size_limit = ${logBytesKept}`);
    database.pragma('foreign_keys = ON');
    database.pragma('trusted_schema = OFF');
    return database;
  });
}

/** Opens a file to read it, also while a server writes it. @throws StartRefused. */
export function openDatabaseToRead(path: string): Database.Database {
  if (!existsSync(path)) throw new StartRefused('unusable', `${path} does not exist`);
  return opened(path, () => new Database(path, { readonly: true, timeout: busyTimeoutMs }));
}

function opened(path: string, open: () => Database.Database): Database.Database {
  try {
    return open();
  } catch (error) {
    throw refusedFile(path, error);
  }
}

/** What an error of SQLite means while a file is opened: damaged, or not usable here. */
export function refusedFile(path: string, error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  if (error.code.startsWith('SQLITE_NOTADB') || error.code.startsWith('SQLITE_CORRUPT')) {
    return new StartRefused('damaged', `${path} is damaged: ${error.message}; restore a backup`, { cause: error });
  }
  return unusable(path, error);
}

/** What an error of SQLite means to the client whose statement was being written. */
export function writeFailure(path: string, error: unknown): PgError | InvariantError {
  const file = basename(path);
  const code = error instanceof Database.SqliteError ? error.code : '';
  if (code === 'SQLITE_FULL') return diskFull(`could not write ${file}: the disk is full`, { cause: error });
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return dataCorrupted(`could not write ${file}: the file is damaged`, { cause: error });
  }
  if (code.startsWith('SQLITE_CONSTRAINT') || !(error instanceof Database.SqliteError)) {
    return Object.assign(new InvariantError(`${file}: ${String(error)}`), { cause: error });
  }
  return ioError(`could not write ${file}: ${error.message}`, { cause: error });
}
