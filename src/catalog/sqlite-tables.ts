import type { TableName, Tables } from './change.ts';
import {
  type Column,
  type SqlValue,
  acl,
  bytes,
  flag,
  integer,
  json,
  nullableText,
  privilegeLetters,
  text,
} from './sqlite-columns.ts';

/** Lists that have a table of their own: `dependsOn` is in item_dependencies. */
type ListProperty = 'dependsOn';

type Columns<Row> = { readonly [Property in Exclude<keyof Row, ListProperty>]-?: Column<Row[Property]> };

/** How one table of the catalog stands in SQLite. */
interface Layout<Row> {
  readonly name: string;
  /** Column names, or expressions of the table's unique index, in the order of the parts of `keyOf`. */
  readonly key: readonly string[];
  /** A column is named as its property, in snake_case. */
  readonly columns: Columns<Row>;
}

const layouts: { readonly [Table in TableName]: Layout<Tables[Table]> } = {
  databases: {
    name: 'databases',
    key: ['id'],
    columns: { id: text(), oid: integer(), name: text(), ownerId: text(), privileges: acl },
  },
  schemas: {
    name: 'schemas',
    key: ['id'],
    columns: {
      id: text(),
      oid: integer(),
      databaseId: nullableText(),
      name: text(),
      ownerId: text(),
      privileges: acl,
    },
  },
  roles: {
    name: 'roles',
    key: ['id'],
    columns: {
      id: text(),
      oid: integer(),
      name: text(),
      inherit: flag,
      superuser: flag,
      login: flag,
      passwordVerifier: nullableText(),
      settings: json(),
    },
  },
  roleMembers: {
    name: 'role_members',
    key: ['role_id', 'member_id', 'grantor_id'],
    columns: { roleId: text(), memberId: text(), grantorId: text() },
  },
  items: {
    name: 'items',
    key: ['id'],
    columns: {
      id: text(),
      oid: integer(),
      schemaId: text(),
      name: text(),
      kind: text(),
      type: nullableText(),
      ownerId: text(),
      privileges: acl,
      createSql: text(),
      facts: json(),
    },
  },
  sshTunnelKeys: {
    name: 'ssh_tunnel_keys',
    key: ['item_id', 'slot'],
    columns: { itemId: text(), slot: integer(), publicKey: text(), fingerprint: text(), createdAt: text() },
  },
  sealed: {
    name: 'sealed',
    key: ['item_id', 'slot'],
    columns: { itemId: text(), slot: text(), sealed: bytes },
  },
  comments: {
    name: 'comments',
    key: ['object_kind', 'object_id', 'sub_id'],
    columns: { objectKind: text(), objectId: text(), subId: integer(), comment: text() },
  },
  defaultPrivileges: {
    name: 'default_privileges',
    key: ['role_id', "ifnull(database_id, '')", "ifnull(schema_id, '')", 'object_kind', 'grantee'],
    columns: {
      roleId: text(),
      databaseId: nullableText(),
      schemaId: nullableText(),
      objectKind: text(),
      grantee: text(),
      privileges: privilegeLetters,
    },
  },
  systemPrivileges: {
    name: 'system_privileges',
    key: ['grantee', 'grantor'],
    columns: { grantee: text(), grantor: text(), privileges: privilegeLetters },
  },
  systemSettings: {
    name: 'system_settings',
    key: ['name'],
    columns: { name: text(), value: text() },
  },
  counters: {
    name: 'counters',
    key: ['name'],
    columns: { name: text(), next: integer() },
  },
};

type AnyRow = Readonly<Record<string, unknown>>;

/** The statements and conversions of one table, made from its layout. */
export interface SqliteTable {
  readonly selectSql: string;
  readonly upsertSql: string;
  readonly deleteSql: string;
  readonly values: (row: AnyRow) => readonly SqlValue[];
  readonly row: (record: readonly SqlValue[]) => AnyRow;
  /** The parameters of `deleteSql`. */
  readonly keyParts: (key: string) => readonly string[];
}

export const tableNames = Object.keys(layouts) as readonly TableName[];

export const sqliteTables = Object.fromEntries(
  Object.entries(layouts).map(([table, layout]) => [table, sqliteTable(layout)]),
) as unknown as { readonly [Table in TableName]: SqliteTable };

function sqliteTable({ name, key, columns }: (typeof layouts)[TableName]): SqliteTable {
  const entries = Object.entries(columns) as unknown as readonly (readonly [string, Column<unknown>])[];
  const names = entries.map(([property]) => snakeCase(property));
  const changed = names.filter((column) => !key.includes(column)).map((column) => `${column} = excluded.${column}`);
  const onConflict = changed.length === 0 ? 'NOTHING' : `UPDATE SET ${changed.join(', ')}`;
  return {
    selectSql: `SELECT ${names.join(', ')} FROM ${name}`,
    upsertSql:
      `INSERT INTO ${name} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')}) ` +
      `ON CONFLICT (${key.join(', ')}) DO ${onConflict}`,
    deleteSql: `DELETE FROM ${name} WHERE ${key.map((column) => `${column} = ?`).join(' AND ')}`,
    values: (row) => entries.map(([property, column]) => column.write(row[property])),
    row: (record) =>
      Object.fromEntries(entries.map(([property, column], index) => [property, column.read(record[index] ?? null)])),
    keyParts: (row) => splitKey(row, key.length),
  };
}

function snakeCase(property: string): string {
  return property.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The last part is the rest: only it may hold a `/`. */
function splitKey(key: string, parts: number): readonly string[] {
  const pieces = key.split('/');
  return [...pieces.slice(0, parts - 1), pieces.slice(parts - 1).join('/')];
}
