import {
  type AuditEvent,
  type Change,
  type ItemRow,
  type Snapshot,
  itemId,
  materializeRoleId,
  put,
  schemaId,
} from '../../src/catalog/index.ts';

/** A connection as CREATE CONNECTION leaves it, number `n` of the item ids. */
export function connectionRow(n: number, over: Partial<ItemRow> = {}): ItemRow {
  return {
    id: itemId(`u${n}`),
    oid: 30_000 + n,
    schemaId: schemaId('u1'),
    name: `c${n}`,
    kind: 'connection',
    type: 'postgres',
    ownerId: materializeRoleId,
    privileges: [{ grantee: materializeRoleId, grantor: materializeRoleId, privileges: ['U'] }],
    createSql: `CREATE CONNECTION materialize.public.c${n} TO POSTGRES (HOST = 'db.internal', DATABASE = 'app')`,
    dependsOn: [],
    facts: { host: 'db.internal' },
    ...over,
  };
}

/** What one CREATE CONNECTION writes: the item, a sealed value of its own and the counter. */
export const creation = (n: number, over: Partial<ItemRow> = {}): readonly Change[] => [
  put('items', connectionRow(n, over)),
  put('sealed', { itemId: itemId(`u${n}`), slot: 'value', sealed: Buffer.from(`sealed ${n}`) }),
  put('counters', { name: 'item', next: n + 1 }),
];

export const auditEvent = (details: Record<string, unknown> = {}): AuditEvent => ({
  eventType: 'create',
  objectKind: 'connection',
  details,
  user: 'materialize',
  clientAddress: '127.0.0.1',
});

/** All rows of all tables, for comparing two snapshots whatever their history. */
export function contents(snapshot: Snapshot): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(snapshot.tables).map(([table, rows]) => [
      table,
      Object.fromEntries([...rows.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    ]),
  );
}
