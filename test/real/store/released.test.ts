import { chmodSync, copyFileSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { itemId } from '../../../src/catalog/index.ts';
import { contents, creation } from '../../support/catalog-rows.ts';
import { openDataDirectory } from '../../support/data-directory.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const released = join(import.meta.dirname, 'released');

describe.each(readdirSync(released))('the data directory that release %s left', (release) => {
  it('is opened with all that was in it, and goes on', async () => {
    using directory = temporaryDirectory();
    for (const name of readdirSync(join(released, release))) {
      copyFileSync(join(released, release, name), join(directory.path, name));
      chmodSync(join(directory.path, name), 0o600);
    }
    const expected: unknown = JSON.parse(readFileSync(join(directory.path, 'expected.json'), 'utf8'));
    for (const start of ['first', 'second']) {
      await using opened = await openDataDirectory(directory.path);
      const { store, observations, sealer } = opened;
      expect([start, contents(store.current)]).toMatchObject([start, expected]);
      const sealed = store.current.sealed(itemId('u2'), 'value')?.sealed ?? Buffer.of();
      expect(sealer.open(sealed, 'u2/value').use(String)).toBe('a released secret');
      expect(store.auditRows(0, 10)).toMatchObject([{ id: 1, details: { id: 'u1' } }]);
      expect(observations.hostKeys('u1')).toMatchObject([{ fingerprint: 'SHA256:h' }]);
      expect(observations.keyAcceptances('u1')).toMatchObject([{ bastion: 'bastion:22' }]);
    }
    await using opened = await openDataDirectory(directory.path);
    const { current } = opened.store;
    await opened.store.commit(current.version, creation(current.next('item')), []);
    expect(opened.store.current.item(itemId('u4'))?.name).toBe('c4');
  });
});
