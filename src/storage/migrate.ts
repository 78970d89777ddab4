import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import type Database from 'better-sqlite3';
import { StartRefused, invariant } from '../errors/index.ts';
import { makePrivateFile, moveDurably, syncPath } from './private-file.ts';
import { refusedFile } from './database.ts';
import type { DatabaseFormat } from './layout.ts';

interface Migration {
  readonly format: number;
  readonly sql: string;
}

/**
 * Brings an open file to the newest format, each migration in a transaction of its own. The file as it was is kept beside
 * it (`catalog.db.format-1`) before the first of them. The format is SQLite's user_version.
 * @throws StartRefused `newer-format` when a newer release wrote the file, `damaged` when it is not one of ours.
 */
export function migrate(database: Database.Database, path: string, wanted: DatabaseFormat): void {
  try {
    const format = checkedFormat(database, path, wanted);
    const pending = readMigrations(wanted.migrations).slice(format);
    if (pending.length > 0 && format > 0) keepCopy(database, `${path}.format-${format}`);
    for (const migration of pending) apply(database, migration, wanted.applicationId);
  } catch (error) {
    throw refusedFile(path, error);
  }
}

/** The format of a file, 0 for an empty one. @throws StartRefused as {@link migrate}. */
export function checkedFormat(database: Database.Database, path: string, wanted: DatabaseFormat): number {
  const format = database.pragma('user_version', { simple: true }) as number;
  const applicationId = database.pragma('application_id', { simple: true });
  const foreign = format === 0 ? !isEmpty(database) : applicationId !== wanted.applicationId;
  if (foreign) throw new StartRefused('damaged', `${path} is an SQLite file of another program`);
  const newest = readMigrations(wanted.migrations).length;
  if (format > newest) {
    throw new StartRefused(
      'newer-format',
      `${path} was written by a newer release (format ${format}; this release reads up to ${newest})`,
    );
  }
  return format;
}

function readMigrations(folder: URL): readonly Migration[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .toSorted();
  return names.map((name, index) => {
    const format = Number.parseInt(name, 10);
    invariant(format === index + 1 && /^\d{4}_/.test(name), `migration ${name} is out of sequence`);
    return { format, sql: readFileSync(new URL(name, folder), 'utf8') };
  });
}

const isEmpty = (database: Database.Database): boolean =>
  database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;

function keepCopy(database: Database.Database, to: string): void {
  const partial = `${to}.partial`;
  if (existsSync(partial)) rmSync(partial);
  makePrivateFile(partial);
  database.prepare('VACUUM INTO ?').run(partial);
  syncPath(partial);
  moveDurably(partial, to);
}

/** Foreign keys are off meanwhile, so that a table can be made anew, and are all checked before the commit. */
function apply(database: Database.Database, { format, sql }: Migration, applicationId: number): void {
  database.pragma('foreign_keys = OFF');
  try {
    database.transaction(() => {
      database.exec(sql);
      const violations = database.pragma('foreign_key_check') as readonly unknown[];
      invariant(violations.length === 0, `migration ${format} of ${basename(database.name)} breaks a foreign key`);
      database.pragma(`application_id = ${applicationId}`);
      database.pragma(`user_version = ${format}`);
    })();
  } finally {
    database.pragma('foreign_keys = ON');
  }
}
