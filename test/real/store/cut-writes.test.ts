import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Change,
  Snapshot,
  databaseId,
  itemId,
  materializeRoleId,
  openCatalogStore,
  put,
  remove,
} from '../../../src/catalog/index.ts';
import { silentLog } from '../../../src/telemetry/index.ts';
import { auditEvent, connectionRow, creation } from '../../support/catalog-rows.ts';
import { expectSameContents } from '../../support/same-contents.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** SQLite's write-ahead log: a header, then frames of a header and a page. Source: SQLite file format §4.1. */
const walHeaderBytes = 32;
const frameHeaderBytes = 24;

const large = 'x'.repeat(10_000);

/** Commits of several pages and of one, of new rows, changed rows and removed ones. */
const commits: readonly (readonly Change[])[] = [
  creation(1, { type: 'ssh-tunnel' }),
  creation(2, { dependsOn: [itemId('u1')], createSql: large }),
  Array.from({ length: 30 }, (_, n) => creation(n + 3, { dependsOn: [itemId('u2'), itemId('u1')] })).flat(),
  [put('items', connectionRow(2, { name: 'renamed', dependsOn: [itemId('u1')], facts: { large } }))],
  [put('databases', { id: databaseId('u2'), oid: 9, name: 'd', ownerId: materializeRoleId, privileges: [] })],
  [
    remove('sealed', { itemId: itemId('u32'), slot: 'value', sealed: Buffer.of() }),
    remove('items', connectionRow(32)),
    put('comments', { objectKind: 'connection', objectId: 'u1', subId: 0, comment: large }),
  ],
];

interface Written {
  /** The files of the data directory before it was closed: the log holds every commit. */
  readonly database: Buffer;
  readonly log: Buffer;
  readonly pageBytes: number;
  /** The snapshots that were acknowledged, from the new catalog on. */
  readonly snapshots: readonly Snapshot[];
}

async function write(place: string): Promise<Written> {
  await (await openCatalogStore({ directory: place, log: silentLog }))[Symbol.asyncDispose]();
  await using store = await openCatalogStore({ directory: place, log: silentLog });
  const snapshots = [store.current];
  for (const changes of commits) {
    snapshots.push(await store.commit(store.current.version, changes, [auditEvent(), auditEvent()]));
  }
  const database = readFileSync(join(place, 'catalog.db'));
  const log = readFileSync(join(place, 'catalog.db-wal'));
  return { database, log, pageBytes: log.readUInt32BE(8), snapshots };
}

/** Opens a data directory of these two files, as a server does that starts after a crash. */
async function reopen(database: Buffer, log: Buffer) {
  using place = temporaryDirectory();
  writeFileSync(join(place.path, 'catalog.db'), database);
  writeFileSync(join(place.path, 'catalog.db-wal'), log);
  await using store = await openCatalogStore({ directory: place.path, log: silentLog });
  return { snapshot: store.current, audit: store.auditRows(0, 100).length };
}

/** The state found is one that was acknowledged, with its audit, and nothing between two. */
function expectWhole(found: Awaited<ReturnType<typeof reopen>>, { snapshots }: Written): number {
  const commitsSeen = found.snapshot.version - 1;
  expectSameContents(found.snapshot, snapshots[commitsSeen] ?? Snapshot.empty());
  expect(found.audit).toBe(2 * commitsSeen);
  return commitsSeen;
}

let written: Written;
const directory = temporaryDirectory();

beforeAll(async () => {
  written = await write(directory.path);
});

afterAll(() => directory[Symbol.dispose]());

describe('a store whose writes were cut', () => {
  it('anywhere in the log is at a commit, and the further the later', async () => {
    const { database, log, pageBytes } = written;
    const frameBytes = frameHeaderBytes + pageBytes;
    const frames = (log.length - walHeaderBytes) / frameBytes;
    expect(frames).toBeGreaterThan(30);
    const cuts = Array.from({ length: frames + 1 }, (_, frame) => walHeaderBytes + frame * frameBytes)
      .flatMap((end) => [end - 1, end, end + frameHeaderBytes])
      .concat(Array.from({ length: walHeaderBytes }, (_, length) => length))
      .filter((length) => length <= log.length)
      .toSorted((a, b) => a - b);
    const seen: number[] = [];
    for (const length of cuts) seen.push(expectWhole(await reopen(database, log.subarray(0, length)), written));
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect([...new Set(seen)]).toEqual(Array.from({ length: commits.length + 1 }, (_, index) => index));
  }, 600_000);

  it('and whose disk kept other bytes than were written is at a commit', async () => {
    const { database, log } = written;
    for (let at = 40; at < log.length; at += 2_011) {
      const changed = Buffer.from(log);
      changed.writeUInt8(changed.readUInt8(at) ^ 0x55, at);
      expect(expectWhole(await reopen(database, changed), written)).toBeLessThan(commits.length + 1);
    }
  }, 600_000);

  it('while the log was copied into the file has every commit', async () => {
    const { database, log, pageBytes } = written;
    const after = checkpointed(database, log);
    const pages = after.length / pageBytes;
    expect(pages).toBeGreaterThan(20);
    for (let copied = 0; copied <= pages; copied += 1) {
      const end = copied * pageBytes;
      const partly = Buffer.concat([after.subarray(0, end), database.subarray(end)]);
      expect(expectWhole(await reopen(partly, log), written)).toBe(commits.length);
    }
  });
});

/** The database file once all of the log is in it. */
function checkpointed(database: Buffer, log: Buffer): Buffer {
  using place = temporaryDirectory();
  const path = join(place.path, 'catalog.db');
  writeFileSync(path, database);
  writeFileSync(`${path}-wal`, log);
  const opened = new Database(path);
  opened.pragma('wal_checkpoint(TRUNCATE)');
  opened.close();
  return readFileSync(path);
}
