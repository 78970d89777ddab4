import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import {
  type Change,
  type Commit,
  VersionConflict,
  databaseId,
  formatAcl,
  itemId,
  materializeRoleId,
  openCatalogStore,
  publicRoleId,
  put,
  remove,
  roleId,
  schemaId,
} from '../../../src/catalog/index.ts';
import { DataDirectoryLocked, InvariantError, StartRefused } from '../../../src/errors/index.ts';
import { silentLog } from '../../../src/telemetry/index.ts';
import { auditEvent, connectionRow, contents, creation } from '../../support/catalog-rows.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const open = (directory: string) => openCatalogStore({ directory, log: silentLog });

/** One row at least of every table, with the awkward values each may hold. */
const everything: readonly Change[] = [
  put('databases', {
    id: databaseId('u2'),
    oid: 40_000,
    name: 'a "b" / c.d 🚪',
    ownerId: materializeRoleId,
    privileges: [],
  }),
  put('schemas', {
    id: schemaId('u2'),
    oid: 40_001,
    databaseId: databaseId('u2'),
    name: '',
    ownerId: materializeRoleId,
    privileges: [{ grantee: publicRoleId, grantor: materializeRoleId, privileges: ['U', 'C'] }],
  }),
  put('roles', {
    id: roleId('u2'),
    oid: 40_002,
    name: 'app',
    inherit: false,
    superuser: false,
    login: true,
    passwordVerifier: 'SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy',
    settings: { search_path: 'a, b' },
  }),
  put('roleMembers', { roleId: materializeRoleId, memberId: roleId('u2'), grantorId: materializeRoleId }),
  put('items', connectionRow(1, { type: 'ssh-tunnel', name: 'line\nbreak', facts: { list: ['x', null], n: 1.5 } })),
  put('items', connectionRow(2, { kind: 'secret', type: null, dependsOn: [] })),
  put('items', connectionRow(3, { dependsOn: [itemId('u2'), itemId('u1')] })),
  put('sshTunnelKeys', {
    itemId: itemId('u1'),
    slot: 1,
    publicKey: 'ssh-ed25519 AAAA materialize',
    fingerprint: 'SHA256:a/b+c',
    createdAt: '2026-01-01T00:00:00.000Z',
  }),
  put('sealed', { itemId: itemId('u1'), slot: 'key-SHA256:a/b+c', sealed: Buffer.of(0, 255, 1) }),
  put('comments', { objectKind: 'connection', objectId: 'u1', subId: 0, comment: "it's" }),
  put('defaultPrivileges', {
    roleId: publicRoleId,
    databaseId: null,
    schemaId: null,
    objectKind: 'secret',
    grantee: roleId('u2'),
    privileges: ['U'],
  }),
  put('defaultPrivileges', {
    roleId: roleId('u2'),
    databaseId: databaseId('u2'),
    schemaId: schemaId('u2'),
    objectKind: 'connection',
    grantee: publicRoleId,
    privileges: ['U'],
  }),
  put('systemPrivileges', { grantee: roleId('u2'), grantor: materializeRoleId, privileges: ['R', 'B'] }),
  put('systemSettings', { name: 'target_allow', value: '10.0.0.0/8' }),
  put('counters', { name: 'item', next: 4 }),
];

describe('a new catalog', () => {
  it('holds the superuser, its database and the system schemas', async () => {
    using directory = temporaryDirectory();
    await using store = await open(directory.path);
    const { current } = store;
    const database = current.databaseNamed('materialize');
    expect(database).toMatchObject({ id: 'u1', ownerId: 'u1' });
    expect(formatAcl(database?.privileges ?? [])).toBe('{=U/u1,u1=UC/u1}');
    expect(current.schemaNamed(databaseId('u1'), 'public')).toMatchObject({ id: 'u1', ownerId: 'u1' });
    expect(current.schemaNamed(null, 'mz_catalog')).toMatchObject({ id: 's1', ownerId: 's1', databaseId: null });
    expect(current.roleNamed('materialize')).toMatchObject({ id: 'u1', superuser: true, login: true });
    expect(current.roleNamed('mz_system')).toMatchObject({ id: 's1', superuser: true, login: false });
    expect((['item', 'schema', 'database', 'role'] as const).map((name) => current.next(name))).toEqual([1, 2, 2, 2]);
    const oids = [current.tables.databases, current.tables.schemas, current.tables.roles].flatMap((table) =>
      [...table.values()].map((row) => row.oid),
    );
    expect(new Set(oids).size).toBe(oids.length);
    expect(Math.min(...oids)).toBeGreaterThanOrEqual(20_000);
    expect(current.next('oid')).toBe(Math.max(...oids) + 1);
  });

  it('keeps its environment id, and no two have the same', async () => {
    using first = temporaryDirectory();
    using second = temporaryDirectory();
    const ids = [];
    for (const directory of [first, first, second]) {
      await using store = await open(directory.path);
      ids.push(store.environmentId);
    }
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
  });

  it('is readable by its owner only', async () => {
    using directory = temporaryDirectory();
    await using store = await open(join(directory.path, 'data'));
    await store.commit(1, creation(1), []);
    const data = join(directory.path, 'data');
    expect(statSync(data).mode & 0o777).toBe(0o700);
    const modes = readdirSync(data).map((name) => [name, (statSync(join(data, name)).mode & 0o777).toString(8)]);
    expect(modes).toContainEqual(['catalog.db-wal', '600']);
    expect(modes.filter(([, mode]) => mode !== '600')).toEqual([]);
  });
});

describe('a commit', () => {
  it('of every table is there after a restart, to the byte', async () => {
    using directory = temporaryDirectory();
    let written;
    {
      await using store = await open(directory.path);
      written = await store.commit(1, everything, [auditEvent()]);
      expect(store.current).toBe(written);
    }
    await using store = await open(directory.path);
    expect(store.current.version).toBe(2);
    expect(contents(store.current)).toEqual(contents(written));
    expect(store.current.dependantsOf(itemId('u1')).map((row) => row.id)).toEqual(['u3']);
  });

  it('removes by key what was put', async () => {
    using directory = temporaryDirectory();
    const removals = everything
      .filter((change) => change.table !== 'counters')
      .toReversed()
      .map((change) => (change.op === 'put' ? remove(change.table, change.row) : change));
    let untouched;
    {
      await using store = await open(directory.path);
      untouched = contents(store.current.apply([put('counters', { name: 'item', next: 4 })]));
      await store.commit(1, everything, []);
      await store.commit(2, removals, []);
      expect(contents(store.current)).toEqual(untouched);
    }
    await using store = await open(directory.path);
    expect(contents(store.current)).toEqual(untouched);
  });

  it('on another version than expected is a conflict and writes nothing', async () => {
    using directory = temporaryDirectory();
    await using store = await open(directory.path);
    await store.commit(1, creation(1), []);
    const before = store.current;
    await expect(store.commit(1, creation(2), [auditEvent()])).rejects.toThrow(VersionConflict);
    expect(store.current).toBe(before);
    expect(store.auditRows(0, 10)).toEqual([]);
  });

  it.each([
    ['a row that points nowhere', [put('items', connectionRow(1, { schemaId: schemaId('u9') }))]],
    ['two items of one name', [...creation(1), put('items', connectionRow(2, { name: 'c1' }))]],
    ['an item that is still depended on', [remove('items', connectionRow(50))]],
    ['a counter that goes back', [put('counters', { name: 'oid', next: 1 })]],
  ])('with %s is refused as a defect and writes nothing', async (_, changes) => {
    using directory = temporaryDirectory();
    await using store = await open(directory.path);
    await store.commit(1, [...creation(50), ...creation(51, { dependsOn: [itemId('u50')] })], []);
    const before = store.current;
    await expect(store.commit(2, changes, [auditEvent()])).rejects.toThrow(InvariantError);
    expect(store.current).toBe(before);
    await store.commit(2, creation(52), []);
    expect(store.current.version).toBe(3);
  });

  it('is told to listeners in order, after it is in the file', async () => {
    using directory = temporaryDirectory();
    await using store = await open(directory.path);
    const told: (readonly [Commit, number])[] = [];
    const stop = store.onCommit((commit) => told.push([commit, store.auditRows(0, 10).length]));
    store.onCommit(() => {
      throw new Error('a listener of another room');
    });
    const before = store.current;
    const changes = creation(1);
    const after = await store.commit(1, changes, [auditEvent({ id: 'u1' })]);
    await store.commit(2, creation(2), [auditEvent()]);
    stop();
    await store.commit(3, creation(3), []);
    expect(told.map(([commit, rows]) => [commit.after.version, rows])).toEqual([
      [2, 1],
      [3, 2],
    ]);
    expect(told[0]?.[0]).toMatchObject({ before, after, changes, audit: [{ id: 1, details: { id: 'u1' } }] });
  });
});

describe('the audit', () => {
  it('has ids that count up, times, and pages', async () => {
    using directory = temporaryDirectory();
    await using store = await open(directory.path);
    const events = [auditEvent({ n: 1 }), auditEvent({ n: 2 })];
    await store.commit(1, creation(1), events);
    await store.commit(2, creation(2), [auditEvent({ n: 3 })]);
    expect(store.auditRows(0, 2)).toMatchObject([
      { id: 1, ...events[0] },
      { id: 2, ...events[1] },
    ]);
    expect(store.auditRows(2, 10).map((row) => row.details)).toEqual([{ n: 3 }]);
    expect(store.auditRows(0, 1)[0]?.occurredAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('cannot be changed or shortened, not even by SQL', async () => {
    using directory = temporaryDirectory();
    {
      await using store = await open(directory.path);
      await store.commit(1, creation(1), [auditEvent()]);
    }
    const database = new Database(join(directory.path, 'catalog.db'));
    expect(() => database.exec("UPDATE audit_events SET user = 'x'")).toThrow('append-only');
    expect(() => database.exec('DELETE FROM audit_events')).toThrow('append-only');
    expect(() => database.exec("REPLACE INTO audit_events VALUES (1, '', '', '', '{}', '', '')")).toThrow(
      'append-only',
    );
    database.close();
  });
});

describe('a data directory', () => {
  it('in use is refused with the process that holds it, and free when that ends', async () => {
    using directory = temporaryDirectory();
    {
      await using holder = await open(directory.path);
      await expect(open(directory.path)).rejects.toThrow(DataDirectoryLocked);
      await expect(open(directory.path)).rejects.toThrow(`(process ${process.pid})`);
      expect(holder.current.version).toBe(1);
    }
    await using next = await open(directory.path);
    expect(next.current.version).toBe(1);
  });

  it('of a newer release is refused and left as it is', async () => {
    using directory = temporaryDirectory();
    {
      await using store = await open(directory.path);
      await store.commit(1, creation(1), []);
    }
    const path = join(directory.path, 'catalog.db');
    const database = new Database(path);
    database.pragma('user_version = 999');
    database.close();
    const refusal = await open(directory.path).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StartRefused);
    expect(refusal).toMatchObject({ code: 'newer-format' });
    expect(String(refusal)).toMatch(
      /catalog\.db was written by a newer release \(format 999; this release reads up to \d+\)$/,
    );
    const after = new Database(path);
    expect(after.pragma('user_version', { simple: true })).toBe(999);
    after.close();
  });

  it.each([
    ['that is not SQLite', (path: string) => writeFileSync(path, 'not a database at all, but long enough to be read')],
    [
      'of another program',
      (path: string) => {
        const database = new Database(path);
        database.exec('CREATE TABLE things (id INTEGER)');
        database.close();
      },
    ],
  ])('with a catalog.db %s is refused in one line', async (_, write) => {
    using directory = temporaryDirectory();
    write(join(directory.path, 'catalog.db'));
    const refusal = await open(directory.path).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ name: 'StartRefused', code: 'damaged' });
    expect(String(refusal)).not.toContain('\n');
    await expect(open(directory.path)).rejects.toMatchObject({ code: 'damaged' });
  });

  it('that cannot be made is refused', async () => {
    using directory = temporaryDirectory();
    writeFileSync(join(directory.path, 'file'), '');
    await expect(open(join(directory.path, 'file'))).rejects.toMatchObject({ code: 'unusable' });
    await expect(open(join(directory.path, 'file', 'data'))).rejects.toMatchObject({ code: 'unusable' });
  });
});
