import type {
  AclItem,
  CommentRow,
  CounterRow,
  DatabaseRow,
  DefaultPrivilegeRow,
  ItemRow,
  RoleMemberRow,
  RoleRow,
  SchemaRow,
  SealedRow,
  SshTunnelKeyRow,
  SystemSettingRow,
} from './rows.ts';

/** The catalog's tables, by the name that the store and the mirrors use. */
export interface Tables {
  readonly databases: DatabaseRow;
  readonly schemas: SchemaRow;
  readonly roles: RoleRow;
  readonly roleMembers: RoleMemberRow;
  readonly items: ItemRow;
  readonly sshTunnelKeys: SshTunnelKeyRow;
  readonly sealed: SealedRow;
  readonly comments: CommentRow;
  readonly defaultPrivileges: DefaultPrivilegeRow;
  readonly systemPrivileges: AclItem;
  readonly systemSettings: SystemSettingRow;
  readonly counters: CounterRow;
}

export type TableName = keyof Tables;

/** One row put (inserted or replaced, by its key) or deleted. A commit is a list of these, applied in order. */
export type Change = {
  [Table in TableName]:
    | { readonly op: 'put'; readonly table: Table; readonly row: Tables[Table] }
    | { readonly op: 'delete'; readonly table: Table; readonly key: string };
}[TableName];

/** The primary key of each table as one string. `/` separates parts; ids hold none, texts stand last. */
export const keyOf: { readonly [Table in TableName]: (row: Tables[Table]) => string } = {
  databases: (row) => row.id,
  schemas: (row) => row.id,
  roles: (row) => row.id,
  roleMembers: (row) => `${row.roleId}/${row.memberId}/${row.grantorId}`,
  items: (row) => row.id,
  sshTunnelKeys: (row) => `${row.itemId}/${row.slot}`,
  sealed: (row) => `${row.itemId}/${row.slot}`,
  comments: (row) => `${row.objectKind}/${row.objectId}/${row.subId}`,
  defaultPrivileges: (row) =>
    `${row.roleId}/${row.databaseId ?? ''}/${row.schemaId ?? ''}/${row.objectKind}/${row.grantee}`,
  systemPrivileges: (row) => `${row.grantee}/${row.grantor}`,
  systemSettings: (row) => row.name,
  counters: (row) => row.name,
};

export function put<Table extends TableName>(table: Table, row: Tables[Table]): Change {
  return { op: 'put', table, row } as unknown as Change;
}

export function remove<Table extends TableName>(table: Table, row: Tables[Table]): Change {
  return { op: 'delete', table, key: keyOf[table](row) } as unknown as Change;
}
