import {
  type Change,
  type DefaultPrivilegeRow,
  type RoleId,
  keyOf,
  publicRoleId,
  put,
  remove,
} from '../catalog/index.ts';
import { PgError, notSupported } from '../errors/index.ts';
import type { AlterDefaultPrivileges } from '../sql/index.ts';
import type { PlanContext } from './context.ts';
import { type CatalogEffects, type Place, auditDraft } from './effects.ts';
import { granteeId } from './grant-privileges.ts';
import { resolveDatabase, resolveSchema } from './names.ts';
import type { ObjectRef } from './object-ref.ts';
import { privilegeLetters, privilegeWord } from './privilege-words.ts';
import { resolveRole } from './resolve-object.ts';

export interface AlterDefaultPrivilegesPlan {
  readonly kind: 'alter-default-privileges';
  /** Whose new objects; `p`: everybody's. */
  readonly creators: readonly RoleId[];
  /** The schemas or databases that it holds in; none: everywhere. */
  readonly places: readonly ObjectRef[];
  readonly effects: CatalogEffects;
}

const kinds: readonly DefaultPrivilegeRow['objectKind'][] = [
  'connection',
  'secret',
  'schema',
  'database',
  'table',
  'type',
  'cluster',
];

/** Source: Materialize docs, ALTER DEFAULT PRIVILEGES: what objects that are made later come with. */
export function planAlterDefaultPrivileges(
  statement: AlterDefaultPrivileges,
  context: PlanContext,
): AlterDefaultPrivilegesPlan {
  const objectKind = kinds.find((kind) => kind === statement.objectKind);
  if (objectKind === undefined) throw notSupported(`default privileges on ${statement.objectKind}s are not supported`);
  refuseMeaninglessPlace(statement, objectKind);
  const privileges = privilegeLetters(context, statement.privileges, objectKind, `${objectKind.toUpperCase()}S`);
  const creators = creatorsOf(statement, context);
  const places = placesOf(statement, context);
  const changes: Change[] = [];
  for (const roleId of creators) {
    for (const place of places.length === 0 ? [everywhere] : places.map(placeOf)) {
      for (const role of statement.roles) {
        const row: DefaultPrivilegeRow = {
          roleId,
          ...place,
          objectKind,
          grantee: granteeId(context, role),
          privileges,
        };
        const before = context.snapshot.tables.defaultPrivileges.get(keyOf.defaultPrivileges(row));
        const held = before?.privileges ?? [];
        const after = statement.grant
          ? [...new Set([...held, ...privileges])]
          : held.filter((privilege) => !privileges.includes(privilege));
        if (after.length > 0) changes.push(put('defaultPrivileges', { ...row, privileges: after }));
        else if (before !== undefined) changes.push(remove('defaultPrivileges', before));
      }
    }
  }
  return {
    kind: 'alter-default-privileges',
    creators,
    places,
    effects: {
      changes,
      audit: [
        auditDraft(context, statement.grant ? 'grant' : 'revoke', 'default-privilege', {
          object_type: statement.objectKind,
          creators: creators.map((id) => context.snapshot.role(id)?.name ?? 'PUBLIC'),
          places: places.map((place) => place.row.id),
          grantees: statement.roles.map((role) => role.value),
          privileges: privileges.map(privilegeWord),
        }),
      ],
      notices: [],
    },
  };
}

function creatorsOf(statement: AlterDefaultPrivileges, context: PlanContext): readonly RoleId[] {
  switch (statement.for.kind) {
    case 'all':
      return [publicRoleId];
    case 'current':
      return [context.role.id];
    case 'roles':
      return statement.for.roles.map((role) => resolveRole(context, role).id);
  }
}

function placesOf(statement: AlterDefaultPrivileges, context: PlanContext): readonly ObjectRef[] {
  if (statement.in === null) return [];
  return statement.in.kind === 'database'
    ? statement.in.names.map((name) => ({ kind: 'database', row: resolveDatabase(context, name) }))
    : statement.in.names.map((name) => ({ kind: 'schema', row: resolveSchema(context, name) }));
}

const everywhere: Place = { databaseId: null, schemaId: null };

function placeOf(ref: ObjectRef): Place {
  if (ref.kind === 'schema') return { databaseId: ref.row.databaseId, schemaId: ref.row.id };
  return ref.kind === 'database' ? { databaseId: ref.row.id, schemaId: null } : everywhere;
}

/** No schema is in a schema, and no database in anything: such a line would never apply. */
function refuseMeaninglessPlace(statement: AlterDefaultPrivileges, objectKind: string): void {
  const place = statement.in?.kind;
  const meaningless = objectKind === 'database' ? place !== undefined : objectKind === 'schema' && place === 'schema';
  if (!meaningless || place === undefined) return;
  const [written, clause] = [`${objectKind.toUpperCase()}S`, `IN ${place.toUpperCase()}`];
  throw new PgError('invalid_grant_operation', `cannot use ${clause} clause when using GRANT/REVOKE ON ${written}`);
}
