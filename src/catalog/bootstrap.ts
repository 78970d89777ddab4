import { type Change, put } from './change.ts';
import { databaseId, materializeRoleId, publicRoleId, schemaId, systemRoleId } from './ids.ts';
import type { AclItem, Privilege, SchemaRow } from './rows.ts';
import type { RoleId } from './ids.ts';

/** Below it stand the oids of PostgreSQL's own objects. */
const firstOid = 20_000;

/** In every database; their relations come from `catalog/relations/`. */
const systemSchemas = ['mz_catalog', 'mz_internal', 'pg_catalog', 'information_schema'] as const;

/** What a new catalog holds: the superuser, its database `materialize` with a schema `public`, and the system's schemas. */
export function bootstrapChanges(): readonly Change[] {
  let oid = firstOid;
  const nextOid = (): number => oid++;
  const systemRole = { inherit: true, superuser: true, login: false, passwordVerifier: null, settings: {} };
  const changes = [
    put('roles', { ...systemRole, id: systemRoleId, oid: nextOid(), name: 'mz_system' }),
    put('roles', { ...systemRole, id: materializeRoleId, oid: nextOid(), name: 'materialize', login: true }),
    put('systemPrivileges', {
      grantee: materializeRoleId,
      grantor: systemRoleId,
      privileges: ['R', 'B', 'N', 'P'],
    }),
    ...systemSchemas.map((name, index) => put('schemas', systemSchema(name, index + 1, nextOid()))),
    put('databases', {
      id: databaseId('u1'),
      oid: nextOid(),
      name: 'materialize',
      ownerId: materializeRoleId,
      privileges: readableByAll(materializeRoleId),
    }),
    put('schemas', {
      id: schemaId('u1'),
      oid: nextOid(),
      databaseId: databaseId('u1'),
      name: 'public',
      ownerId: materializeRoleId,
      privileges: readableByAll(materializeRoleId),
    }),
  ];
  return [
    ...changes,
    put('counters', { name: 'item', next: 1 }),
    put('counters', { name: 'schema', next: 2 }),
    put('counters', { name: 'database', next: 2 }),
    put('counters', { name: 'role', next: 2 }),
    put('counters', { name: 'oid', next: oid }),
  ];
}

const systemSchema = (name: string, number: number, oid: number): SchemaRow => ({
  id: schemaId(`s${number}`),
  oid,
  databaseId: null,
  name,
  ownerId: systemRoleId,
  privileges: readableByAll(systemRoleId),
});

function readableByAll(owner: RoleId): readonly AclItem[] {
  const all: readonly Privilege[] = ['U', 'C'];
  return [
    { grantee: publicRoleId, grantor: owner, privileges: ['U'] },
    { grantee: owner, grantor: owner, privileges: all },
  ];
}
