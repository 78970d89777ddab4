import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { migrate, openDatabase } from '../../../src/storage/index.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const first = 'CREATE TABLE doors (id INTEGER PRIMARY KEY) STRICT; INSERT INTO doors VALUES (1);';
const second = 'CREATE TABLE keys (door INTEGER NOT NULL REFERENCES doors) STRICT; INSERT INTO keys VALUES (1);';
const third = `CREATE TABLE doors_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
  INSERT INTO doors_new SELECT id, 'door' FROM doors; DROP TABLE doors; ALTER TABLE doors_new RENAME TO doors;`;

function migrateTo(directory: string, ...migrations: readonly string[]): Database.Database {
  const folder = join(directory, 'migrations');
  mkdirSync(folder, { recursive: true });
  for (const [index, sql] of migrations.entries()) {
    writeFileSync(join(folder, `${String(index + 1).padStart(4, '0')}_step.sql`), sql);
  }
  const path = join(directory, 'x.db');
  const database = openDatabase({ path, synchronous: 'FULL' });
  try {
    migrate(database, path, { migrations: new URL(`${pathToFileURL(folder).href}/`), applicationId: 7 });
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

const format = (database: Database.Database): unknown => database.pragma('user_version', { simple: true });

it('runs what is missing, in order, once', () => {
  using directory = temporaryDirectory();
  migrateTo(directory.path, first).close();
  migrateTo(directory.path, first).close();
  const database = migrateTo(directory.path, first, second, third);
  expect(format(database)).toBe(3);
  expect(database.prepare('SELECT * FROM doors').all()).toEqual([{ id: 1, name: 'door' }]);
  expect(database.pragma('foreign_keys', { simple: true })).toBe(1);
  database.close();
});

it('keeps the file as it was before', () => {
  using directory = temporaryDirectory();
  migrateTo(directory.path, first).close();
  expect(existsSync(join(directory.path, 'x.db.format-0'))).toBe(false);
  migrateTo(directory.path, first, second, third).close();
  const kept = join(directory.path, 'x.db.format-1');
  expect(statSync(kept).mode & 0o777).toBe(0o600);
  const database = new Database(kept, { readonly: true });
  expect(format(database)).toBe(1);
  expect(database.prepare('SELECT id FROM doors').pluck().all()).toEqual([1]);
  database.close();
});

it.each([
  ['fails', `${second} SELECT x FROM nowhere;`, 'no such table'],
  ['breaks a foreign key', `${second} INSERT INTO keys VALUES (99);`, 'breaks a foreign key'],
])('leaves the file at the last good format when a migration %s', (_, broken, reason) => {
  using directory = temporaryDirectory();
  migrateTo(directory.path, first).close();
  expect(() => migrateTo(directory.path, first, broken)).toThrow(reason);
  const database = migrateTo(directory.path, first, second);
  expect(format(database)).toBe(2);
  expect(database.prepare('SELECT door FROM keys').pluck().all()).toEqual([1]);
  database.close();
});

it('refuses a gap in the numbers', () => {
  using directory = temporaryDirectory();
  mkdirSync(join(directory.path, 'migrations'));
  writeFileSync(join(directory.path, 'migrations', '0003_late.sql'), third);
  expect(() => migrateTo(directory.path, first)).toThrow('out of sequence');
});
