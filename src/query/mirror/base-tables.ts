import { type AclItem, type AuditRow, type Tables, formatAclItem, formatPrivileges } from '../../catalog/index.ts';
import type {
  HostKeyObservation,
  KeyAcceptance,
  RelayObservation,
  SecretUse,
  TunnelStatusObservation,
  ValidationObservation,
} from '../../observations/index.ts';

/**
 * The private tables that `catalog/relations` are views over. One for each table of the catalog that may be read, each
 * with the catalog's own key first. Columns are listed one by one, so that nothing gets into a mirror by accident:
 * sealed values and password verifiers have no column here.
 */
interface BaseTable<Row> {
  readonly columns: readonly BaseColumn<Row>[];
  /** Columns that rows are looked up by, beside the key. */
  readonly indexes: readonly string[];
}

interface BaseColumn<Row> {
  readonly name: string;
  readonly type: string;
  /** Must be plain JSON. */
  readonly of: (row: Row) => unknown;
}

function table<Row>(
  columns: Readonly<Record<string, readonly [type: string, of: (row: Row) => unknown]>>,
  indexes: readonly string[] = [],
): BaseTable<Row> {
  return { columns: Object.entries(columns).map(([name, [type, of]]) => ({ name, type, of })), indexes };
}

const acl = (items: readonly AclItem[]): readonly string[] => items.map(formatAclItem);

/** The catalog's tables that a mirror has. */
export type MirroredTables = Omit<Tables, 'sealed' | 'counters'>;

export const catalogTables: { readonly [Table in keyof MirroredTables]: BaseTable<Tables[Table]> } = {
  databases: table({
    id: ['text', (row) => row.id],
    oid: ['oid', (row) => row.oid],
    name: ['text', (row) => row.name],
    owner_id: ['text', (row) => row.ownerId],
    privileges: ['text[]', (row) => acl(row.privileges)],
  }),
  schemas: table({
    id: ['text', (row) => row.id],
    oid: ['oid', (row) => row.oid],
    database_id: ['text', (row) => row.databaseId],
    name: ['text', (row) => row.name],
    owner_id: ['text', (row) => row.ownerId],
    privileges: ['text[]', (row) => acl(row.privileges)],
  }),
  roles: table({
    id: ['text', (row) => row.id],
    oid: ['oid', (row) => row.oid],
    name: ['text', (row) => row.name],
    inherit: ['boolean', (row) => row.inherit],
    superuser: ['boolean', (row) => row.superuser],
    login: ['boolean', (row) => row.login],
    settings: ['jsonb', (row) => row.settings],
  }),
  roleMembers: table({
    role_id: ['text', (row) => row.roleId],
    member_id: ['text', (row) => row.memberId],
    grantor_id: ['text', (row) => row.grantorId],
  }),
  items: table(
    {
      id: ['text', (row) => row.id],
      oid: ['oid', (row) => row.oid],
      schema_id: ['text', (row) => row.schemaId],
      name: ['text', (row) => row.name],
      kind: ['text', (row) => row.kind],
      type: ['text', (row) => row.type],
      owner_id: ['text', (row) => row.ownerId],
      privileges: ['text[]', (row) => acl(row.privileges)],
      create_sql: ['text', (row) => row.createSql],
      depends_on: ['text[]', (row) => row.dependsOn],
      facts: ['jsonb', (row) => row.facts],
    },
    ['id', 'name', 'schema_id'],
  ),
  sshTunnelKeys: table({
    item_id: ['text', (row) => row.itemId],
    slot: ['integer', (row) => row.slot],
    public_key: ['text', (row) => row.publicKey],
    fingerprint: ['text', (row) => row.fingerprint],
    created_at: ['timestamptz', (row) => row.createdAt],
  }),
  comments: table(
    {
      object_kind: ['text', (row) => row.objectKind],
      object_id: ['text', (row) => row.objectId],
      sub_id: ['integer', (row) => row.subId],
      comment: ['text', (row) => row.comment],
    },
    ['object_id'],
  ),
  defaultPrivileges: table({
    role_id: ['text', (row) => row.roleId],
    database_id: ['text', (row) => row.databaseId],
    schema_id: ['text', (row) => row.schemaId],
    object_kind: ['text', (row) => row.objectKind],
    grantee: ['text', (row) => row.grantee],
    privileges: ['text', (row) => formatPrivileges(row.privileges)],
  }),
  systemPrivileges: table({
    privileges: ['text', formatAclItem],
  }),
  systemSettings: table({
    name: ['text', (row) => row.name],
    value: ['text', (row) => row.value],
  }),
};

/** A row of a history with what the history itself knows of it. */
export interface HistoryRow<Row> {
  readonly id: number;
  readonly occurredAt: string;
  readonly row: Row;
}

const observedTables = {
  auditEvents: table<AuditRow>(
    {
      id: ['bigint', (row) => row.id],
      event_type: ['text', (row) => row.eventType],
      object_type: ['text', (row) => row.objectKind],
      details: ['jsonb', (row) => row.details],
      user_name: ['text', (row) => row.user],
      client_address: ['text', (row) => row.clientAddress],
      occurred_at: ['timestamptz', (row) => row.occurredAt],
    },
    ['id'],
  ),
  hostKeys: table<HostKeyObservation>({
    object_id: ['text', (row) => row.tunnelId],
    algorithm: ['text', (row) => row.algorithm],
    fingerprint: ['text', (row) => row.fingerprint],
    public_key: ['text', (row) => row.publicKey],
    first_seen_at: ['timestamptz', (row) => row.firstSeenAt],
    last_seen_at: ['timestamptz', (row) => row.lastSeenAt],
  }),
  keyAcceptances: table<KeyAcceptance>(
    {
      object_id: ['text', (row) => row.tunnelId],
      fingerprint: ['text', (row) => row.fingerprint],
      bastion: ['text', (row) => row.bastion],
      first_accepted_at: ['timestamptz', (row) => row.firstAcceptedAt],
      last_accepted_at: ['timestamptz', (row) => row.lastAcceptedAt],
    },
    ['object_id'],
  ),
  validations: table<HistoryRow<ValidationObservation>>(
    {
      id: ['bigint', ({ id }) => id],
      connection_id: ['text', ({ row }) => row.connectionId],
      connection_name: ['text', ({ row }) => row.connectionName],
      role: ['text', ({ row }) => row.role],
      started_at: ['timestamptz', ({ row }) => row.startedAt],
      ended_at: ['timestamptz', ({ occurredAt }) => occurredAt],
      result: ['text', ({ row }) => row.result],
      failing_stage: ['text', ({ row }) => row.failingStage],
      error: ['text', ({ row }) => row.error],
      stages: ['jsonb', ({ row }) => row.stages],
    },
    ['id'],
  ),
  tunnelStatuses: table<HistoryRow<TunnelStatusObservation>>(
    {
      id: ['bigint', ({ id }) => id],
      occurred_at: ['timestamptz', ({ occurredAt }) => occurredAt],
      tunnel_id: ['text', ({ row }) => row.tunnelId],
      state: ['text', ({ row }) => row.state],
      error: ['text', ({ row }) => row.error],
      stage: ['text', ({ row }) => row.stage],
      hint: ['text', ({ row }) => row.hint],
    },
    ['id'],
  ),
  secretUses: table<HistoryRow<SecretUse>>(
    {
      id: ['bigint', ({ id }) => id],
      occurred_at: ['timestamptz', ({ occurredAt }) => occurredAt],
      secret_id: ['text', ({ row }) => row.secretId],
      connection_id: ['text', ({ row }) => row.connectionId],
      role: ['text', ({ row }) => row.role],
    },
    ['id'],
  ),
  relays: table<HistoryRow<RelayObservation>>(
    {
      id: ['bigint', ({ id }) => id],
      occurred_at: ['timestamptz', ({ occurredAt }) => occurredAt],
      event: ['text', ({ row }) => row.event],
      process_id: ['bigint', ({ row }) => row.processId],
      connection_id: ['text', ({ row }) => row.connectionId],
      connection_name: ['text', ({ row }) => row.connectionName],
      role: ['text', ({ row }) => row.role],
      client_address: ['text', ({ row }) => row.clientAddress],
      server_process_id: ['bigint', ({ row }) => row.serverProcessId],
      duration_ms: ['bigint', ({ row }) => row.durationMs],
      bytes_from_client: ['bigint', ({ row }) => row.bytesFromClient],
      bytes_from_server: ['bigint', ({ row }) => row.bytesFromServer],
      reason: ['text', ({ row }) => row.reason],
    },
    ['id'],
  ),
};

const baseTables = { ...catalogTables, ...observedTables };
export type BaseTableName = keyof typeof baseTables;
export const baseTableNames = Object.keys(baseTables) as readonly BaseTableName[];

/** `sshTunnelKeys` is `ssh_tunnel_keys` in SQL. */
export const sqlName = (name: BaseTableName): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const columnsOf = (name: BaseTableName): readonly BaseColumn<never>[] => baseTables[name].columns;

/** DDL of all base tables in the schema `mirror`. Unique indexes, not constraints: those would show in pg_constraint. */
export const createBaseTables = (): string =>
  baseTableNames
    .flatMap((name) => {
      const columns = columnsOf(name).map((column) => `${column.name} ${column.type}`);
      const sql = sqlName(name);
      return [
        `CREATE TABLE mirror.${sql} (key text, ${columns.join(', ')});`,
        `CREATE UNIQUE INDEX ${sql}_key ON mirror.${sql} (key);`,
        ...baseTables[name].indexes.map((column) => `CREATE INDEX ${sql}_${column} ON mirror.${sql} (${column});`),
      ];
    })
    .join('\n');

/** Takes one parameter, a JSON array of rows with their keys; replaces rows that are there. */
export function upsertStatement(name: BaseTableName): string {
  const columns = columnsOf(name);
  const names = ['key', ...columns.map((column) => column.name)];
  const types = ['key text', ...columns.map((column) => `${column.name} ${column.type}`)];
  const replaced = names.slice(1).map((column) => `${column} = excluded.${column}`);
  return `INSERT INTO pg_toast.${sqlName(name)} (${names.join(', ')}) SELECT ${names.join(', ')}
 FROM pg_catalog.jsonb_to_recordset($1::pg_catalog.jsonb) AS rows(${types.join(', ')})
 ON CONFLICT (key) DO UPDATE SET ${replaced.join(', ')}`;
}

/** Takes one parameter, a JSON array of keys. */
export const deleteStatement = (name: BaseTableName): string =>
  `DELETE FROM pg_toast.${sqlName(name)} WHERE key IN (SELECT pg_catalog.jsonb_array_elements_text($1::pg_catalog.jsonb))`;

/** Takes one parameter, a JSON array of ids of objects: what was observed of them goes. */
export const forgetStatement = (name: BaseTableName): string =>
  `DELETE FROM pg_toast.${sqlName(name)} WHERE object_id IN (SELECT pg_catalog.jsonb_array_elements_text($1::pg_catalog.jsonb))`;

/** Takes one parameter, the id up to which a history was cut. */
export const pruneStatement = (name: BaseTableName): string =>
  `DELETE FROM pg_toast.${sqlName(name)} WHERE id <= $1::pg_catalog.int8`;

/** Base tables are TOAST tables by kind, so that nothing lists them; while they are written they are tables like others. */
export const kindStatement = (kind: 'r' | 't', names: readonly BaseTableName[]): string =>
  `UPDATE pg_catalog.pg_class SET relkind = '${kind}'
 WHERE relnamespace = 'pg_toast'::pg_catalog.regnamespace AND relname IN (${names.map((name) => `'${sqlName(name)}'`).join(', ')})`;

/** A row's columns as plain JSON. */
export function valuesOf(name: BaseTableName, row: unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(columnsOf(name).map((column) => [column.name, column.of(row as never)]));
}
