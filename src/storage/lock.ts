import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { DataDirectoryLocked, StartRefused } from '../errors/index.ts';
import { pathIn } from './layout.ts';
import { makePrivateDirectory, makePrivateFile, unusable } from './private-file.ts';

/** Held until released or until the process is gone, however it ends. */
export interface DirectoryLock {
  release(): void;
}

/**
 * Takes a data directory for this process. The lock is the operating system's, held through SQLite (Node has no call for
 * it), so a killed server leaves none behind; it excludes a second holder in the same process too.
 * @throws DataDirectoryLocked when it is taken. @throws StartRefused `unusable`, `unfinished-restore`.
 */
export function lockDirectory(directory: string): DirectoryLock {
  const lock = lockUnchecked(directory);
  if (!existsSync(pathIn(directory, 'restoring'))) return lock;
  lock.release();
  throw new StartRefused('unfinished-restore', `the restore into ${directory} did not finish: run it again`);
}

/** As {@link lockDirectory}, also when a restore did not finish. */
export function lockUnchecked(directory: string): DirectoryLock {
  makePrivateDirectory(directory);
  const lock = holdFile(pathIn(directory, 'serverLock'));
  const processIdFile = pathIn(directory, 'serverProcessId');
  if (lock === null) throw new DataDirectoryLocked(directory, readProcessId(processIdFile));
  writeFileSync(processIdFile, `${process.pid}\n`, { mode: 0o600 });
  return lock;
}

/** Holds one lock file, or returns null when another holds it. */
export function holdFile(path: string): DirectoryLock | null {
  makePrivateFile(path);
  let database: Database.Database;
  try {
    database = new Database(path, { timeout: 0 });
  } catch (error) {
    throw unusable(path, error);
  }
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null;
    throw unusable(path, error);
  }
  return { release: () => void database.close() };
}

/** For the message only: the lock decides, not this number. */
function readProcessId(path: string): number | null {
  try {
    const processId = Number.parseInt(readFileSync(path, 'utf8'), 10);
    return Number.isSafeInteger(processId) ? processId : null;
  } catch {
    return null;
  }
}
