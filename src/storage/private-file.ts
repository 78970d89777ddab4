import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { StartRefused } from '../errors/index.ts';

const ownerOnly = 0o600;

/** Makes the directory (0700) if it is not there. @throws StartRefused `unusable`. */
export function makePrivateDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unusable(directory, error);
  }
}

/** Makes an empty file that only its owner may read, or takes the rights of others away from one that is there. */
export function makePrivateFile(path: string): void {
  try {
    const isNew = !existsSync(path);
    closeSync(openSync(path, 'a', ownerOnly));
    chmodSync(path, ownerOnly);
    if (isNew) syncPath(dirname(path));
  } catch (error) {
    throw unusable(path, error);
  }
}

/** Puts a whole file in place or leaves what was there: durable when it returns. Its mode is 0600. */
export function writePrivateFile(path: string, content: string | Uint8Array): void {
  const partial = `${path}.partial`;
  const file = openSync(partial, 'w', ownerOnly);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  moveDurably(partial, path);
}

/** Renames within a directory or between two of one file system, and makes the new name durable. */
export function moveDurably(from: string, to: string): void {
  renameSync(from, to);
  syncPath(dirname(to));
}

/** Waits until a file's content, or a directory's list of names, is on disk. */
export function syncPath(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** The refusal for a path of the data directory that cannot be read or written. */
export function unusable(path: string, cause: unknown): StartRefused {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StartRefused('unusable', `${path} cannot be used: ${reason}`, { cause });
}
