import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { auditSince, itemId, openCatalogStore, put } from '../../../src/catalog/index.ts';
import { backupTo, restoreFrom } from '../../../src/storage/index.ts';
import { silentLog } from '../../../src/telemetry/index.ts';
import { auditEvent, contents, creation } from '../../support/catalog-rows.ts';
import { openDataDirectory } from '../../support/data-directory.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const hostKey = { algorithm: 'ssh-ed25519', fingerprint: 'SHA256:h', publicKey: 'ssh-ed25519 AAAA' };
const refusalOf = async (attempt: () => unknown): Promise<unknown> => {
  try {
    return await attempt();
  } catch (error) {
    return error;
  }
};

/** A data directory with something of everything in it; leaves it closed. Returns what it holds. */
async function filled(directory: string) {
  await using opened = await openDataDirectory(directory);
  const sealed = opened.sealer.seal(Buffer.from('hunter2'), 'u1/value');
  const changes = [...creation(1), put('sealed', { itemId: itemId('u1'), slot: 'value', sealed })];
  await opened.store.commit(1, changes, [auditEvent({ id: 'u1' })]);
  opened.observations.hostKeySeen('u1', hostKey);
  return contents(opened.store.current);
}

describe('a backup', () => {
  it('restored elsewhere is the same catalog, observations and secrets', async () => {
    using place = temporaryDirectory();
    const [data, file, copy] = ['data', 'backup.tar', 'copy'].map((name) => join(place.path, name)) as [
      string,
      string,
      string,
    ];
    const held = await filled(data);
    await backupTo({ directory: data, file });
    restoreFrom({ file, directory: copy });
    copyFileSync(join(data, 'master.key'), join(copy, 'master.key'));
    await using opened = await openDataDirectory(copy);
    expect(contents(opened.store.current)).toEqual(held);
    expect(opened.store.auditRows(0, 10)).toMatchObject([{ details: { id: 'u1' } }]);
    expect(opened.observations.hostKeys('u1')).toMatchObject([hostKey]);
    const sealed = opened.store.current.sealed(itemId('u1'), 'value')?.sealed ?? Buffer.of();
    expect(opened.sealer.open(sealed, 'u1/value').use(String)).toBe('hunter2');
    expect(readdirSync(place.path).toSorted()).toEqual(['backup.tar', 'copy', 'data']);
  });

  it('is taken while the server runs', async () => {
    using place = temporaryDirectory();
    const [data, file, copy] = ['data', 'backup.tar', 'copy'].map((name) => join(place.path, name)) as [
      string,
      string,
      string,
    ];
    await using opened = await openDataDirectory(data);
    await opened.store.commit(1, creation(1), []);
    await backupTo({ directory: data, file });
    await opened.store.commit(2, creation(2), []);
    restoreFrom({ file, directory: copy });
    await using restored = await openCatalogStore({ directory: copy, log: silentLog });
    expect([restored.current.version, opened.store.current.version]).toEqual([2, 3]);
    expect(restored.environmentId).toBe(opened.store.environmentId);
  });

  it('is a private tar archive without the master key', async () => {
    using place = temporaryDirectory();
    const file = join(place.path, 'backup.tar');
    await filled(join(place.path, 'data'));
    await backupTo({ directory: join(place.path, 'data'), file });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(execFileSync('tar', ['tf', file], { encoding: 'utf8' }).trim().split('\n')).toEqual([
      'manifest.json',
      'catalog.db',
      'observations.db',
      'data.key',
    ]);
    expect(readFileSync(file).includes('hunter2')).toBe(false);
    expect(readFileSync(file).includes(readFileSync(join(place.path, 'data', 'master.key'), 'utf8').trim())).toBe(
      false,
    );
  });

  it('replaces no file, and is refused for what is not a data directory', async () => {
    using place = temporaryDirectory();
    const data = join(place.path, 'data');
    await filled(data);
    const file = join(place.path, 'backup.tar');
    writeFileSync(file, 'earlier');
    expect(await refusalOf(() => backupTo({ directory: data, file }))).toMatchObject({ code: 'unusable' });
    expect(readFileSync(file, 'utf8')).toBe('earlier');
    const elsewhere = { directory: place.path, file: join(place.path, 'other.tar') };
    expect(await refusalOf(() => backupTo(elsewhere))).toMatchObject({ code: 'unusable' });
    const nowhere = { directory: data, file: join(place.path, 'no', 'such', 'folder.tar') };
    expect(await refusalOf(() => backupTo(nowhere))).toMatchObject({ code: 'unusable' });
    expect(readdirSync(place.path).toSorted()).toEqual(['backup.tar', 'data']);
  });
});

describe('a restore', () => {
  it('goes into a directory that holds no data', async () => {
    using place = temporaryDirectory();
    const [data, file] = [join(place.path, 'data'), join(place.path, 'backup.tar')];
    const held = await filled(data);
    await backupTo({ directory: data, file });
    expect(await refusalOf(() => restoreFrom({ file, directory: data }))).toMatchObject({ code: 'unusable' });
    await using opened = await openDataDirectory(data);
    expect(contents(opened.store.current)).toEqual(held);
    expect(await refusalOf(() => restoreFrom({ file, directory: data }))).toMatchObject({ code: 'locked' });
  });

  it('that did not finish keeps the server out until it is run again', async () => {
    using place = temporaryDirectory();
    const [data, file, copy] = ['data', 'backup.tar', 'copy'].map((name) => join(place.path, name)) as [
      string,
      string,
      string,
    ];
    const held = await filled(data);
    await backupTo({ directory: data, file });
    mkdirSync(join(copy, 'restore-unfinished'), { recursive: true });
    writeFileSync(join(copy, 'catalog.db'), 'half');
    expect(await refusalOf(() => openDataDirectory(copy))).toMatchObject({ code: 'unfinished-restore' });
    restoreFrom({ file, directory: copy });
    copyFileSync(join(data, 'master.key'), join(copy, 'master.key'));
    await using opened = await openDataDirectory(copy);
    expect(contents(opened.store.current)).toEqual(held);
  });

  it('of a backup that was cut or changed anywhere is refused', async () => {
    using place = temporaryDirectory();
    const [data, file, copy] = ['data', 'backup.tar', 'copy'].map((name) => join(place.path, name)) as [
      string,
      string,
      string,
    ];
    await filled(data);
    await backupTo({ directory: data, file });
    const whole = readFileSync(file);
    const end = whole.length - 1_024;
    const cut = Array.from({ length: 20 }, (_, index) => whole.subarray(0, Math.floor((end * index) / 20)));
    const changed = Array.from({ length: 40 }, (_, index) => {
      const bytes = Buffer.from(whole);
      const at = Math.floor((end * index) / 40);
      return bytes.fill(bytes.readUInt8(at) ^ 0x41, at, at + 1);
    });
    for (const [index, bytes] of [...cut, ...changed].entries()) {
      writeFileSync(file, bytes);
      const into = `${copy}-${index}`;
      const refusal = await refusalOf(() => restoreFrom({ file, directory: into }));
      expect([index, refusal]).toMatchObject([index, { name: 'StartRefused' }]);
      expect(existsSync(join(into, 'catalog.db'))).toBe(false);
    }
  });
});

it('the audit of a directory is read from a time on, also while a server runs', async () => {
  using place = temporaryDirectory();
  await using store = await openCatalogStore({ directory: place.path, log: silentLog });
  await store.commit(1, creation(1), [auditEvent({ n: 1 })]);
  const [first] = store.auditRows(0, 1);
  const later = new Date(Date.parse(first?.occurredAt ?? '') + 1);
  const rows = (since: Date) => [...auditSince({ directory: place.path, since })].map((row) => row.details['n']);
  await expect.poll(() => Date.now()).toBeGreaterThan(later.getTime());
  await store.commit(2, creation(2), [auditEvent({ n: 2 }), auditEvent({ n: 3 })]);
  expect(rows(new Date(0))).toEqual([1, 2, 3]);
  expect(rows(later)).toEqual([2, 3]);
  expect(rows(new Date(Date.now() + 60_000))).toEqual([]);
});
