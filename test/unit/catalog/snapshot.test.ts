import { fc } from '../../support/properties.ts';
import { expect, it } from 'vitest';
import {
  type Change,
  Snapshot,
  databaseId,
  itemId,
  materializeRoleId,
  put,
  remove,
  schemaId,
} from '../../../src/catalog/index.ts';
import { connectionRow, contents } from '../../support/catalog-rows.ts';

const numbers = fc.integer({ min: 1, max: 6 });
const schemas = numbers.map((n) => schemaId(`u${n}`));
const itemPut = fc
  .record({ n: numbers, schema: schemas, name: numbers, dependsOn: fc.uniqueArray(numbers, { maxLength: 3 }) })
  .map(({ n, schema, name, dependsOn }) =>
    put(
      'items',
      connectionRow(n, {
        schemaId: schema,
        // a name is only ever one item's at a time, as the planner sees to
        name: `n${n}-${name}`,
        dependsOn: dependsOn.map((other) => itemId(`u${other}`)),
      }),
    ),
  );
const itemRemoval = numbers.map((n) => remove('items', connectionRow(n)));
const schemaPut = fc.record({ n: numbers, name: numbers, database: numbers }).map(({ n, name, database }) =>
  put('schemas', {
    id: schemaId(`u${n}`),
    oid: n,
    databaseId: databaseId(`u${database}`),
    name: `s${n}-${name}`,
    ownerId: materializeRoleId,
    privileges: [],
  }),
);
const changeLists = fc.array(fc.oneof(itemPut, itemRemoval, schemaPut), { maxLength: 40 });

it('finds by its indexes what a search through all rows finds', () => {
  fc.assert(
    fc.property(changeLists, (changes: Change[]) => {
      const snapshot = Snapshot.empty().apply(changes);
      const items = [...snapshot.tables.items.values()];
      for (let n = 1; n <= 6; n += 1) {
        const [schema, id, database] = [schemaId(`u${n}`), itemId(`u${n}`), databaseId(`u${n}`)];
        expect(new Set(snapshot.itemsOf(schema))).toEqual(new Set(items.filter((row) => row.schemaId === schema)));
        expect(new Set(snapshot.dependantsOf(id))).toEqual(new Set(items.filter((row) => row.dependsOn.includes(id))));
        const inDatabase = [...snapshot.tables.schemas.values()].filter((row) => row.databaseId === database);
        expect(new Set(snapshot.schemasOf(database))).toEqual(new Set(inDatabase));
        for (const row of inDatabase) expect(snapshot.schemaNamed(database, row.name)).toBe(row);
      }
      for (const row of items) expect(snapshot.itemNamed(row.schemaId, row.name)).toBe(row);
    }),
  );
});

it('is the same whether changes come one by one or at once', () => {
  fc.assert(
    fc.property(changeLists, (changes) => {
      const stepwise = changes.reduce((snapshot, change) => snapshot.apply([change]), Snapshot.empty());
      expect(contents(stepwise)).toEqual(contents(Snapshot.empty().apply(changes)));
    }),
  );
});

it('leaves the snapshot before as it was', () => {
  const before = Snapshot.empty().apply([put('items', connectionRow(1))], 1);
  const after = before.apply([remove('items', connectionRow(1)), put('items', connectionRow(2))], 2);
  expect([before.version, before.itemNamed(schemaId('u1'), 'c1')?.id, before.tables.items.size]).toEqual([1, 'u1', 1]);
  expect([after.version, after.itemNamed(schemaId('u1'), 'c1'), after.tables.items.size]).toEqual([2, undefined, 1]);
});

it('lists in order of number, not of text', () => {
  const snapshot = Snapshot.empty().apply([10, 2, 1].map((n) => put('items', connectionRow(n))));
  expect(snapshot.itemsOf(schemaId('u1')).map((row) => row.id)).toEqual(['u1', 'u2', 'u10']);
});
