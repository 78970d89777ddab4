import { expect, it } from 'vitest';
import { itemId, openCatalogStore, put, remove, schemaId } from '../../../src/catalog/index.ts';
import { silentLog } from '../../../src/telemetry/index.ts';
import { auditEvent, connectionRow, creation } from '../../support/catalog-rows.ts';
import { expectSameContents } from '../../support/same-contents.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const items = 10_000;
const perCommit = 500;

it('ten thousand items are written, changed, read back and found', async () => {
  using directory = temporaryDirectory();
  let written;
  {
    await using store = await openCatalogStore({ directory: directory.path, log: silentLog });
    for (let first = 1; first <= items; first += perCommit) {
      const numbers = Array.from({ length: perCommit }, (_, index) => first + index);
      const changes = numbers.flatMap((n) => creation(n, n === 1 ? {} : { dependsOn: [itemId('u1')] }));
      await store.commit(store.current.version, changes, [auditEvent({ first })]);
    }
    await store.commit(store.current.version, [put('items', connectionRow(5_000, { name: 'other' }))], []);
    const removal = creation(7_000).filter((change) => change.op === 'put' && change.table !== 'counters');
    await store.commit(
      store.current.version,
      removal.toReversed().map((change) => (change.op === 'put' ? remove(change.table, change.row) : change)),
      [],
    );
    written = store.current;
  }
  await using store = await openCatalogStore({ directory: directory.path, log: silentLog });
  expectSameContents(store.current, written);
  const { current } = store;
  expect(current.tables.items.size).toBe(items - 1);
  expect(current.itemNamed(schemaId('u1'), 'other')?.id).toBe('u5000');
  expect(current.itemNamed(schemaId('u1'), 'c5000')).toBeUndefined();
  expect(current.itemNamed(schemaId('u1'), 'c9999')?.id).toBe('u9999');
  expect(current.dependantsOf(itemId('u1'))).toHaveLength(items - 3);
  expect(current.next('item')).toBe(items + 1);
}, 600_000);
