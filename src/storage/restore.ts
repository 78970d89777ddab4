import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { StartRefused } from '../errors/index.ts';
import { type Manifest, backupFormat, checkParts, manifestName } from './backup.ts';
import { backedUp, fileNames, pathIn } from './layout.ts';
import { lockUnchecked } from './lock.ts';
import { moveDurably, syncPath, unusable } from './private-file.ts';
import { type TarEntry, readEntry, readTar } from './tar.ts';

export interface RestoreOptions {
  readonly file: string;
  /** A new or empty directory (the master key may be in it), or one that a restore did not finish in. */
  readonly directory: string;
}

const manifestBytesMax = 65_536;

/**
 * Puts a backup into a data directory that no server runs in. A directory in which it was broken off is refused by the
 * server until it is run again.
 * @throws DataDirectoryLocked, StartRefused.
 */
export function restoreFrom({ file, directory }: RestoreOptions): void {
  const archive = openBackup(file);
  try {
    const lock = lockUnchecked(directory);
    try {
      prepare(directory);
      unpack(archive, file, pathIn(directory, 'restoring'));
      putInPlace(directory);
    } finally {
      lock.release();
    }
  } finally {
    closeSync(archive);
  }
}

function openBackup(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    throw unusable(file, error);
  }
}

/** Leaves the directory with the mark of an unfinished restore and nothing else that a backup holds. */
function prepare(directory: string): void {
  const mark = pathIn(directory, 'restoring');
  const unfinished = existsSync(mark);
  const present = backedUp.find((part) => existsSync(pathIn(directory, part)));
  if (present !== undefined && !unfinished) {
    throw new StartRefused(
      'unusable',
      `${directory} holds a ${fileNames[present]}: restore into a new directory, or move its files away first`,
    );
  }
  rmSync(mark, { recursive: true, force: true });
  mkdirSync(mark, { mode: 0o700 });
  syncPath(directory);
  const stale = backedUp.flatMap((part) => ['', '-wal', '-shm'].map((suffix) => pathIn(directory, part) + suffix));
  for (const path of stale) rmSync(path, { force: true });
}

function unpack(archive: number, file: string, into: string): void {
  const damaged = (why: string): StartRefused => new StartRefused('damaged', `${file} is not a whole backup: ${why}`);
  const entries = readTar(archive);
  if (entries === null) throw damaged('it is cut off or of another kind');
  const { sha256 } = readManifest(archive, entries, damaged);
  for (const part of backedUp) {
    const name = fileNames[part];
    const entry = entries.find((candidate) => candidate.name === name);
    if (entry === undefined) throw damaged(`${name} is missing`);
    if (unpackEntry(archive, entry, join(into, name)) !== sha256[name]) throw damaged(`${name} was changed`);
  }
  checkParts(into);
}

function readManifest(archive: number, entries: readonly TarEntry[], damaged: (why: string) => StartRefused): Manifest {
  const [entry] = entries;
  if (entry?.name !== manifestName || entry.sizeBytes > manifestBytesMax) throw damaged('it has no manifest');
  let manifest: Manifest;
  try {
    manifest = JSON.parse(Buffer.concat([...readEntry(archive, entry)]).toString('utf8')) as Manifest;
  } catch {
    throw damaged('its manifest was changed');
  }
  if (typeof manifest?.format !== 'number' || typeof manifest.sha256 !== 'object') throw damaged('it has no manifest');
  if (manifest.format > backupFormat) {
    throw new StartRefused('newer-format', `the backup was written by a newer release (format ${manifest.format})`);
  }
  return manifest;
}

/** Returns the SHA-256 of what was unpacked, in hex. */
function unpackEntry(archive: number, entry: TarEntry, to: string): string {
  const hash = createHash('sha256');
  const target = openSync(to, 'wx', 0o600);
  try {
    for (const bytes of readEntry(archive, entry)) {
      hash.update(bytes);
      writeSync(target, bytes);
    }
    fsyncSync(target);
  } finally {
    closeSync(target);
  }
  return hash.digest('hex');
}

/** The mark goes last: until then the directory is not one that a server starts in. */
function putInPlace(directory: string): void {
  const mark = pathIn(directory, 'restoring');
  for (const part of backedUp) moveDurably(join(mark, fileNames[part]), pathIn(directory, part));
  rmSync(mark, { recursive: true });
  syncPath(directory);
}
