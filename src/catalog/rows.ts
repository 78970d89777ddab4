import type { DatabaseId, ItemId, RoleId, SchemaId } from './ids.ts';

/** r SELECT, a INSERT, w UPDATE, d DELETE, U USAGE, C CREATE, R CREATEROLE, B CREATEDB, N CREATECLUSTER, P CREATENETWORKPOLICY. */
export type Privilege = 'r' | 'a' | 'w' | 'd' | 'U' | 'C' | 'R' | 'B' | 'N' | 'P';

/** One item of an access control list; one per (grantee, grantor). Text form `grantee=letters/grantor`, `p` printed as nothing. */
export interface AclItem {
  readonly grantee: RoleId;
  readonly grantor: RoleId;
  readonly privileges: readonly Privilege[];
}

export interface DatabaseRow {
  readonly id: DatabaseId;
  readonly oid: number;
  readonly name: string;
  readonly ownerId: RoleId;
  readonly privileges: readonly AclItem[];
}

export interface SchemaRow {
  readonly id: SchemaId;
  readonly oid: number;
  /** null for system schemas, which are in every database. */
  readonly databaseId: DatabaseId | null;
  readonly name: string;
  readonly ownerId: RoleId;
  readonly privileges: readonly AclItem[];
}

export interface RoleRow {
  readonly id: RoleId;
  readonly oid: number;
  readonly name: string;
  readonly inherit: boolean;
  readonly superuser: boolean;
  readonly login: boolean;
  /** `SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey` (RFC 5803 as PostgreSQL writes it), or null: no password. */
  readonly passwordVerifier: string | null;
  /** ALTER ROLE … SET. */
  readonly settings: Readonly<Record<string, string>>;
}

export interface RoleMemberRow {
  readonly roleId: RoleId;
  readonly memberId: RoleId;
  readonly grantorId: RoleId;
}

export type ItemKind = 'connection' | 'secret' | 'source' | 'table';

/** Anything that lives in a schema. Names are unique in a schema over all kinds. */
export interface ItemRow {
  readonly id: ItemId;
  readonly oid: number;
  readonly schemaId: SchemaId;
  readonly name: string;
  readonly kind: ItemKind;
  /** Connections: `ssh-tunnel`, `postgres` …; null for secrets. */
  readonly type: string | null;
  readonly ownerId: RoleId;
  readonly privileges: readonly AclItem[];
  /** Canonical text with three-part names and no semicolon: the definition itself; details are planned from it. */
  readonly createSql: string;
  /** Direct dependencies in order of first mention: tunnels, secrets. */
  readonly dependsOn: readonly ItemId[];
  /** What the kind's own relation shows (mz_kafka_connections: brokers …). Plain JSON, nothing secret. */
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface SshTunnelKeyRow {
  readonly itemId: ItemId;
  readonly slot: 1 | 2;
  /** `ssh-ed25519 AAAA… materialize`. */
  readonly publicKey: string;
  /** `SHA256:…`, base64 without padding, as ssh-keygen -l prints it. */
  readonly fingerprint: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** A sealed value (see secrets/): a secret's bytes (`value`) or a private key (`key-<fingerprint>`). */
export interface SealedRow {
  readonly itemId: ItemId;
  readonly slot: string;
  readonly sealed: Uint8Array;
}

export type CommentedKind =
  | 'connection'
  | 'secret'
  | 'source'
  | 'table'
  | 'schema'
  | 'database'
  | 'role'
  | 'column'
  | 'cluster';

export interface CommentRow {
  readonly objectKind: CommentedKind;
  readonly objectId: string;
  /** A column's position from 1; 0 for the object itself. */
  readonly subId: number;
  readonly comment: string;
}

/** ALTER DEFAULT PRIVILEGES. `roleId` is `p` for FOR ALL ROLES. */
export interface DefaultPrivilegeRow {
  readonly roleId: RoleId;
  readonly databaseId: DatabaseId | null;
  readonly schemaId: SchemaId | null;
  readonly objectKind: 'connection' | 'secret' | 'schema' | 'database' | 'table' | 'type' | 'cluster';
  readonly grantee: RoleId;
  readonly privileges: readonly Privilege[];
}

/** ALTER SYSTEM SET. */
export interface SystemSettingRow {
  readonly name: string;
  readonly value: string;
}

/** Next numbers to give: `item`, `schema`, `database`, `role`, `oid`. */
export interface CounterRow {
  readonly name: 'item' | 'schema' | 'database' | 'role' | 'oid';
  readonly next: number;
}

/** What happened, written in the transaction of the change itself. Details hold no secret values. */
export interface AuditEvent {
  readonly eventType: 'create' | 'alter' | 'drop' | 'grant' | 'revoke' | 'rotate' | 'comment' | 'cancel' | 'terminate';
  readonly objectKind: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly user: string;
  readonly clientAddress: string;
}

export interface AuditRow extends AuditEvent {
  readonly id: number;
  /** ISO 8601. */
  readonly occurredAt: string;
}
