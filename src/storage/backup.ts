import { createHash } from 'node:crypto';
import { copyFileSync, createReadStream, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { StartRefused } from '../errors/index.ts';
import { openDatabaseToRead, refusedFile } from './database.ts';
import { backedUp, databaseFormats, fileNames, pathIn } from './layout.ts';
import { checkedFormat } from './migrate.ts';
import { moveDurably, unusable, writePrivateFile } from './private-file.ts';
import { writeTar } from './tar.ts';

export const manifestName = 'manifest.json';
export const backupFormat = 1;

/** First in a backup: what else is in it. */
export interface Manifest {
  readonly format: number;
  /** ISO 8601. */
  readonly createdAt: string;
  /** Hex by file name. */
  readonly sha256: Readonly<Record<string, string>>;
}

export interface BackupOptions {
  readonly directory: string;
  /** A new file: a tar archive that is whole when it is there. */
  readonly file: string;
}

/**
 * Copies the catalog, the observations and the wrapped data key into one file, each as it is at one moment; a server may
 * run meanwhile. The file's mode is 0600. The master key is not in it.
 * @throws StartRefused.
 */
export async function backupTo({ directory, file }: BackupOptions): Promise<void> {
  const target = resolve(file);
  if (existsSync(target)) throw new StartRefused('unusable', `${file} exists already: a backup replaces nothing`);
  if (!existsSync(pathIn(directory, 'dataKey')) || !existsSync(pathIn(directory, 'catalog'))) {
    throw new StartRefused('unusable', `${directory} is not a data directory that a server ran in`);
  }
  const work = `${target}.partial`;
  try {
    rmSync(work, { recursive: true, force: true });
    mkdirSync(work, { mode: 0o700 });
  } catch (error) {
    throw unusable(dirname(target), error);
  }
  try {
    await copyParts(directory, work);
    const names = [manifestName, ...backedUp.map((part) => fileNames[part])];
    const archive = join(work, 'archive');
    writeTar(
      archive,
      names.map((name) => join(work, name)),
    );
    moveDurably(archive, target);
  } catch (error) {
    throw error instanceof StartRefused ? error : unusable(target, error);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function copyParts(directory: string, work: string): Promise<void> {
  for (const part of backedUp) {
    const [from, to] = [pathIn(directory, part), pathIn(work, part)];
    if (part === 'dataKey') copyFileSync(from, to);
    else await copyDatabase(from, to);
  }
  checkParts(work);
  const sums = backedUp.map(async (part) => [fileNames[part], await sha256(pathIn(work, part))] as const);
  const manifest: Manifest = {
    format: backupFormat,
    createdAt: new Date().toISOString(),
    sha256: Object.fromEntries(await Promise.all(sums)),
  };
  writePrivateFile(join(work, manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** SQLite's online backup in one step: of one moment, however much is being written. */
async function copyDatabase(from: string, to: string): Promise<void> {
  const allPages = 0x7f_ff_ff_ff;
  const database = openDatabaseToRead(from);
  try {
    await database.backup(to, { progress: () => allPages });
  } catch (error) {
    throw refusedFile(from, error);
  } finally {
    database.close();
  }
}

/** @throws StartRefused `damaged` or `newer-format` when a copied or unpacked database is not sound. */
export function checkParts(directory: string): void {
  for (const part of ['catalog', 'observations'] as const) {
    const path = pathIn(directory, part);
    try {
      checkDatabase(path, part);
    } catch (error) {
      throw refusedFile(path, error);
    }
  }
}

function checkDatabase(path: string, part: keyof typeof databaseFormats): void {
  const database = new Database(path, { fileMustExist: true });
  try {
    checkedFormat(database, path, databaseFormats[part]);
    const problem = database.pragma('quick_check(1)', { simple: true });
    if (problem !== 'ok') throw new StartRefused('damaged', `${path} is damaged: ${String(problem)}`);
  } finally {
    database.close();
  }
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
  return hash.digest('hex');
}
