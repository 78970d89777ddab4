import { Map as PersistentMap, Set as PersistentSet } from 'immutable';
import { type Change, type TableName, type Tables, keyOf } from './change.ts';
import type { DatabaseId, ItemId, RoleId, SchemaId } from './ids.ts';
import type { DatabaseRow, ItemRow, RoleMemberRow, RoleRow, SchemaRow, SealedRow, SshTunnelKeyRow } from './rows.ts';

type TableMaps = { readonly [Table in TableName]: PersistentMap<string, Tables[Table]> };

interface Indexes {
  readonly databasesByName: PersistentMap<string, DatabaseId>;
  readonly schemasByName: PersistentMap<string, SchemaId>;
  readonly rolesByName: PersistentMap<string, RoleId>;
  readonly itemsByName: PersistentMap<string, ItemId>;
  /** Items of a schema, schemas of a database (by its id), items that depend on an item. */
  readonly itemsOfSchema: PersistentMap<string, PersistentSet<ItemId>>;
  readonly schemasOfDatabase: PersistentMap<string, PersistentSet<SchemaId>>;
  readonly dependants: PersistentMap<string, PersistentSet<ItemId>>;
  /** Keys of memberships, by the member's id. */
  readonly memberships: PersistentMap<string, PersistentSet<string>>;
}

const nameKey = (place: string | null, name: string): string => `${place ?? ''}/${name}`;

/** The whole catalog at one version: an immutable value. Applying changes shares structure, whatever its size. */
export class Snapshot {
  readonly version: number;
  readonly tables: TableMaps;
  readonly #indexes: Indexes;

  private constructor(version: number, tables: TableMaps, indexes: Indexes) {
    this.version = version;
    this.tables = tables;
    this.#indexes = indexes;
  }

  static empty(): Snapshot {
    const tables = Object.fromEntries(
      Object.keys(keyOf).map((table) => [table, PersistentMap()]),
    ) as unknown as TableMaps;
    return new Snapshot(0, tables, {
      databasesByName: PersistentMap(),
      schemasByName: PersistentMap(),
      rolesByName: PersistentMap(),
      itemsByName: PersistentMap(),
      itemsOfSchema: PersistentMap(),
      schemasOfDatabase: PersistentMap(),
      dependants: PersistentMap(),
      memberships: PersistentMap(),
    });
  }

  /** The snapshot after `changes`; `version` is the store's for a commit, and stays what it was for an overlay. */
  apply(changes: Iterable<Change>, version: number = this.version): Snapshot {
    const tables: Record<string, PersistentMap<string, unknown>> = { ...this.tables };
    let indexes = this.#indexes;
    for (const change of changes) {
      const table = tables[change.table] ?? PersistentMap<string, unknown>();
      const key = change.op === 'put' ? (keyOf[change.table] as (row: unknown) => string)(change.row) : change.key;
      const before = table.get(key);
      const after = change.op === 'put' ? change.row : undefined;
      if (before === undefined && after === undefined) continue;
      tables[change.table] = after === undefined ? table.delete(key) : table.set(key, after);
      indexes = reindex(indexes, change.table, before, after);
    }
    return new Snapshot(version, tables as unknown as TableMaps, indexes);
  }

  database(id: DatabaseId): DatabaseRow | undefined {
    return this.tables.databases.get(id);
  }

  databaseNamed(name: string): DatabaseRow | undefined {
    const id = this.#indexes.databasesByName.get(name);
    return id === undefined ? undefined : this.tables.databases.get(id);
  }

  schema(id: SchemaId): SchemaRow | undefined {
    return this.tables.schemas.get(id);
  }

  /** `databaseId` null looks among the system schemas. */
  schemaNamed(databaseId: DatabaseId | null, name: string): SchemaRow | undefined {
    const id = this.#indexes.schemasByName.get(nameKey(databaseId, name));
    return id === undefined ? undefined : this.tables.schemas.get(id);
  }

  schemasOf(databaseId: DatabaseId): readonly SchemaRow[] {
    const ids = this.#indexes.schemasOfDatabase.get(databaseId);
    return ids === undefined ? [] : rowsOf(ids, this.tables.schemas);
  }

  role(id: RoleId): RoleRow | undefined {
    return this.tables.roles.get(id);
  }

  roleNamed(name: string): RoleRow | undefined {
    const id = this.#indexes.rolesByName.get(name);
    return id === undefined ? undefined : this.tables.roles.get(id);
  }

  /** The roles that a role is a direct member of. */
  membershipsOf(memberId: RoleId): readonly RoleMemberRow[] {
    const keys = this.#indexes.memberships.get(memberId);
    if (keys === undefined) return [];
    return [...keys].map((key) => this.tables.roleMembers.get(key)).filter((row) => row !== undefined);
  }

  item(id: ItemId): ItemRow | undefined {
    return this.tables.items.get(id);
  }

  itemNamed(schemaId: SchemaId, name: string): ItemRow | undefined {
    const id = this.#indexes.itemsByName.get(nameKey(schemaId, name));
    return id === undefined ? undefined : this.tables.items.get(id);
  }

  itemsOf(schemaId: SchemaId): readonly ItemRow[] {
    const ids = this.#indexes.itemsOfSchema.get(schemaId);
    return ids === undefined ? [] : rowsOf(ids, this.tables.items);
  }

  /** Items that name `id` directly. */
  dependantsOf(id: ItemId): readonly ItemRow[] {
    const ids = this.#indexes.dependants.get(id);
    return ids === undefined ? [] : rowsOf(ids, this.tables.items);
  }

  sshTunnelKey(id: ItemId, slot: 1 | 2): SshTunnelKeyRow | undefined {
    return this.tables.sshTunnelKeys.get(`${id}/${slot}`);
  }

  sealed(id: ItemId, slot: string): SealedRow | undefined {
    return this.tables.sealed.get(`${id}/${slot}`);
  }

  /** The next number of a counter, from 1. */
  next(counter: 'item' | 'schema' | 'database' | 'role' | 'oid'): number {
    return this.tables.counters.get(counter)?.next ?? 1;
  }
}

/** In order of id: `u2` before `u10`. */
function rowsOf<Id extends string, Row>(ids: PersistentSet<Id>, table: PersistentMap<string, Row>): readonly Row[] {
  return [...ids]
    .toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1)))
    .map((id) => table.get(id))
    .filter((row) => row !== undefined);
}

function reindex(indexes: Indexes, table: TableName, before: unknown, after: unknown): Indexes {
  switch (table) {
    case 'databases': {
      const [old, next] = [before as DatabaseRow | undefined, after as DatabaseRow | undefined];
      return { ...indexes, databasesByName: rename(indexes.databasesByName, old?.name, next?.name, next?.id) };
    }
    case 'roles': {
      const [old, next] = [before as RoleRow | undefined, after as RoleRow | undefined];
      return { ...indexes, rolesByName: rename(indexes.rolesByName, old?.name, next?.name, next?.id) };
    }
    case 'schemas': {
      const [old, next] = [before as SchemaRow | undefined, after as SchemaRow | undefined];
      return {
        ...indexes,
        schemasByName: rename(
          indexes.schemasByName,
          old && nameKey(old.databaseId, old.name),
          next && nameKey(next.databaseId, next.name),
          next?.id,
        ),
        schemasOfDatabase: move(
          indexes.schemasOfDatabase,
          old && [old.databaseId ?? '', old.id],
          next && [next.databaseId ?? '', next.id],
        ),
      };
    }
    case 'items': {
      const [old, next] = [before as ItemRow | undefined, after as ItemRow | undefined];
      let { dependants } = indexes;
      for (const id of old?.dependsOn ?? []) dependants = move(dependants, old && [id, old.id], undefined);
      for (const id of next?.dependsOn ?? []) dependants = move(dependants, undefined, next && [id, next.id]);
      return {
        ...indexes,
        dependants,
        itemsByName: rename(
          indexes.itemsByName,
          old && nameKey(old.schemaId, old.name),
          next && nameKey(next.schemaId, next.name),
          next?.id,
        ),
        itemsOfSchema: move(indexes.itemsOfSchema, old && [old.schemaId, old.id], next && [next.schemaId, next.id]),
      };
    }
    case 'roleMembers': {
      const [old, next] = [before as RoleMemberRow | undefined, after as RoleMemberRow | undefined];
      return {
        ...indexes,
        memberships: move(
          indexes.memberships,
          old && [old.memberId, keyOf.roleMembers(old)],
          next && [next.memberId, keyOf.roleMembers(next)],
        ),
      };
    }
    case 'sshTunnelKeys':
    case 'sealed':
    case 'comments':
    case 'defaultPrivileges':
    case 'systemPrivileges':
    case 'systemSettings':
    case 'counters':
      break;
  }
  return indexes;
}

function rename<Id>(
  index: PersistentMap<string, Id>,
  before: string | undefined,
  after: string | undefined,
  id: Id | undefined,
): PersistentMap<string, Id> {
  const without = before === undefined || before === after ? index : index.delete(before);
  return after === undefined || id === undefined ? without : without.set(after, id);
}

function move<Id>(
  index: PersistentMap<string, PersistentSet<Id>>,
  before: readonly [string, Id] | undefined,
  after: readonly [string, Id] | undefined,
): PersistentMap<string, PersistentSet<Id>> {
  let next = index;
  if (before !== undefined) {
    const rest = next.get(before[0])?.delete(before[1]);
    next = rest === undefined || rest.isEmpty() ? next.delete(before[0]) : next.set(before[0], rest);
  }
  if (after !== undefined) next = next.set(after[0], (next.get(after[0]) ?? PersistentSet<Id>()).add(after[1]));
  return next;
}
