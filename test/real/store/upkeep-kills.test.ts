import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { itemId, openCatalogStore, put } from '../../../src/catalog/index.ts';
import { StartRefused } from '../../../src/errors/index.ts';
import { rekey } from '../../../src/secrets/index.ts';
import { backupTo, restoreFrom } from '../../../src/storage/index.ts';
import { silentLog } from '../../../src/telemetry/index.ts';
import { creation } from '../../support/catalog-rows.ts';
import { masterKeyIn, openDataDirectory } from '../../support/data-directory.ts';
import { expectSameContents } from '../../support/same-contents.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { replay } from './operations.ts';
import { lastNumber, runProgram } from './run-program.ts';

const kills = 5;
const killedWithinMs = 120;

/** Runs a program and kills it at a random moment of its work, unless it is done before. */
async function runAndKill(name: string, args: readonly string[]): Promise<void> {
  await using program = runProgram(name, args);
  await program.started;
  await Promise.race([wait(Math.random() * killedWithinMs), program.ended]);
  program.child.kill('SIGKILL');
  const { errors } = await program.ended;
  expect(errors).toBe('');
}

describe('killed while a server writes', () => {
  it('a backup is whole or not there, and the server loses nothing', async () => {
    using place = temporaryDirectory();
    const data = join(place.path, 'data');
    let start;
    {
      await using opened = await openDataDirectory(data);
      start = opened.store.current;
    }
    await using writer = runProgram('writer.ts', [data]);
    await writer.started;
    for (let kill = 0; kill < kills; kill += 1) {
      const file = join(place.path, `backup-${kill}.tar`);
      await runAndKill('upkeep.ts', ['backup', data, file]);
      await backupTo({ directory: data, file: `${file}.again` });
      for (const taken of [file, `${file}.again`].filter(existsSync)) {
        const copy = `${taken}.copy`;
        restoreFrom({ file: taken, directory: copy });
        await using store = await openCatalogStore({ directory: copy, log: silentLog });
        expectSameContents(store.current, replay(start, store.current.version));
      }
    }
    writer.child.kill('SIGKILL');
    const acknowledged = lastNumber((await writer.ended).output);
    await using store = await openCatalogStore({ directory: data, log: silentLog });
    expect(store.current.version).toBeGreaterThanOrEqual(acknowledged);
    expectSameContents(store.current, replay(start, store.current.version));
  }, 600_000);

  it('a rekey leaves a master key that opens what was sealed', async () => {
    using place = temporaryDirectory();
    await using opened = await openDataDirectory(place.path);
    const sealed = opened.sealer.seal(Buffer.from('hunter2'), 'u1/value');
    for (let kill = 0; kill < kills; kill += 1) {
      await runAndKill('upkeep.ts', ['rekey', place.path]);
      await opened.store.commit(opened.store.current.version, [], []);
      expect(await reopened(place.path, sealed)).toBe('hunter2');
      await rekey({ directory: place.path, current: masterKeyIn(place.path) });
      expect(await reopened(place.path, sealed)).toBe('hunter2');
    }
  }, 600_000);
});

/** What the sealed value says to a server that starts on a copy of the directory's keys. */
async function reopened(directory: string, sealed: Uint8Array): Promise<string> {
  using copy = temporaryDirectory();
  for (const name of ['data.key', 'master.key']) copyFileSync(join(directory, name), join(copy.path, name));
  await using opened = await openDataDirectory(copy.path);
  return opened.sealer.open(sealed, 'u1/value').use(String);
}

it('a killed restore is refused by the server or whole, and can be run again', async () => {
  using place = temporaryDirectory();
  const [data, file] = [join(place.path, 'data'), join(place.path, 'backup.tar')];
  let held;
  {
    await using opened = await openDataDirectory(data);
    const sealed = opened.sealer.seal(Buffer.alloc(200_000, 7), 'u1/value');
    await opened.store.commit(1, [...creation(1), put('sealed', { itemId: itemId('u1'), slot: 'value', sealed })], []);
    held = opened.store.current;
  }
  await backupTo({ directory: data, file });
  for (let kill = 0; kill < kills; kill += 1) {
    const copy = join(place.path, `copy-${kill}`);
    mkdirSync(copy);
    copyFileSync(join(data, 'master.key'), join(copy, 'master.key'));
    await runAndKill('upkeep.ts', ['restore', file, copy]);
    const unfinished = existsSync(join(copy, 'restore-unfinished'));
    expect(await startRefusal(copy, unfinished)).toBe(unfinished ? 'unfinished-restore' : null);
    if (unfinished || !existsSync(join(copy, 'catalog.db'))) restoreFrom({ file, directory: copy });
    await using opened = await openDataDirectory(copy);
    expectSameContents(opened.store.current, held);
  }
}, 600_000);

/** Why a server does not start in a directory whose restore was broken off; null when there is nothing to ask about. */
async function startRefusal(directory: string, broken: boolean): Promise<string | null> {
  if (!broken) return null;
  const refusal: unknown = await openDataDirectory(directory).catch((error: unknown) => error);
  return refusal instanceof StartRefused ? refusal.code : 'started';
}

it('a killed migration leaves a whole format, and the next start goes on', async () => {
  using place = temporaryDirectory();
  const folder = join(place.path, 'migrations');
  const formats = 30;
  mkdirSync(folder);
  for (let format = 1; format <= formats; format += 1) {
    const rows = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT i FROM n`;
    const sql = `CREATE TABLE t${format} (i INTEGER) STRICT; INSERT INTO t${format} ${rows};`;
    writeFileSync(join(folder, `${String(format).padStart(4, '0')}_step.sql`), sql);
  }
  const path = join(place.path, 'x.db');
  for (let kill = 0; kill < kills; kill += 1) {
    await runAndKill('migrator.ts', [path, folder]);
    const database = new Database(path);
    const format = database.pragma('user_version', { simple: true }) as number;
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
    expect(tables).toHaveLength(format);
    for (const table of tables) {
      expect(
        database
          .prepare(`SELECT count(*) FROM ${String(table)}`)
          .pluck()
          .get(),
      ).toBe(2_000);
    }
    database.close();
  }
  await using last = runProgram('migrator.ts', [path, folder]);
  expect(await last.ended).toMatchObject({ code: 0 });
  expect(readFileSync(path).readUInt32BE(60)).toBe(formats);
}, 600_000);
