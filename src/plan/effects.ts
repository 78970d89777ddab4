import {
  type AclItem,
  type AuditEvent,
  type Change,
  type DefaultPrivilegeRow,
  type ItemRow,
  type Privilege,
  grant,
  publicRoleId,
  put,
  remove,
} from '../catalog/index.ts';
import type { PgNotice } from '../errors/index.ts';
import type { PlanContext } from './context.ts';
import { fullNameParts } from './names.ts';
import { type ObjectRef, kindOf } from './object-ref.ts';

/** An audit event before the session adds who and where from. */
export type AuditDraft = Pick<AuditEvent, 'eventType' | 'objectKind' | 'details'>;

/** What a plan writes once it is carried out; plain data. */
export interface CatalogEffects {
  readonly changes: readonly Change[];
  readonly audit: readonly AuditDraft[];
  readonly notices: readonly PgNotice[];
}

/** The next id and oid for an object, and the counters' changes that keep them from being given again. */
export function allocate(
  context: PlanContext,
  counter: 'item' | 'schema' | 'database' | 'role',
): {
  readonly id: string;
  readonly oid: number;
  readonly changes: readonly Change[];
} {
  const number = context.snapshot.next(counter);
  const oid = context.snapshot.next('oid');
  return {
    id: `u${number}`,
    oid,
    changes: [put('counters', { name: counter, next: number + 1 }), put('counters', { name: 'oid', next: oid + 1 })],
  };
}

/** Where an object stands, as the audit's details show it. Never a value of an option. */
export function auditDetails(context: PlanContext, ref: ObjectRef): Record<string, unknown> {
  switch (ref.kind) {
    case 'item': {
      const [database, schema, item] = fullNameParts(context, ref.row) as [string, string, string];
      return { id: ref.row.id, database, schema, item, ...(ref.row.type === null ? {} : { type: ref.row.type }) };
    }
    case 'schema': {
      const database = ref.row.databaseId === null ? undefined : context.snapshot.database(ref.row.databaseId);
      return { id: ref.row.id, database: database?.name ?? null, schema: ref.row.name };
    }
    case 'database':
    case 'role':
      return { id: ref.row.id, name: ref.row.name };
  }
}

export function auditOf(
  context: PlanContext,
  eventType: AuditDraft['eventType'],
  ref: ObjectRef,
  more: Record<string, unknown> = {},
): AuditDraft {
  return auditDraft(context, eventType, kindOf(ref), { ...auditDetails(context, ref), ...more });
}

/** Of what is no object. `details` names the role when it was another than the one that logged in. */
export function auditDraft(
  { role, sessionRole, loginRole = sessionRole }: PlanContext,
  eventType: AuditDraft['eventType'],
  objectKind: string,
  details: Record<string, unknown>,
): AuditDraft {
  const as = role.id === loginRole.id ? {} : { current_role: role.name };
  return { eventType, objectKind, details: { ...details, ...as } };
}

/** All privileges that exist for a kind of object. Source: Materialize docs, «Access control». */
export const privilegesOfKind: Readonly<Record<string, readonly Privilege[]>> = {
  connection: ['U'],
  secret: ['U'],
  schema: ['U', 'C'],
  database: ['U', 'C'],
  cluster: ['U', 'C'],
  table: ['r', 'a', 'w', 'd'],
  source: ['r'],
  type: ['U'],
  system: ['R', 'B', 'N', 'P'],
};

/** Where an object is made; null where it stands in no schema or in no database. */
export type Place = Pick<DefaultPrivilegeRow, 'databaseId' | 'schemaId'>;

/** A new object's access control list: all for its owner, and what ALTER DEFAULT PRIVILEGES grants for this owner and place. */
export function initialPrivileges(
  context: PlanContext,
  objectKind: DefaultPrivilegeRow['objectKind'],
  place: Place,
): readonly AclItem[] {
  const owner = context.role.id;
  const own: AclItem = { grantee: owner, grantor: owner, privileges: privilegesOfKind[objectKind] ?? [] };
  return [...context.snapshot.tables.defaultPrivileges.values()]
    .filter(
      (row) =>
        row.objectKind === objectKind &&
        (row.roleId === owner || row.roleId === publicRoleId) &&
        (row.schemaId === null || row.schemaId === place.schemaId) &&
        (row.databaseId === null || row.databaseId === place.databaseId),
    )
    .reduce<readonly AclItem[]>(
      (acl, { grantee, privileges }) => grant(acl, { grantee, grantor: owner, privileges }),
      [own],
    );
}

/** Puts a changed item back. */
export const putItem = (row: ItemRow): Change => put('items', row);

export function removeComments(context: PlanContext, kind: string, id: string): Change[] {
  const comment = context.snapshot.tables.comments.get(`${kind}/${id}/0`);
  return comment === undefined ? [] : [remove('comments', comment)];
}
