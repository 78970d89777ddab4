import {
  type Change,
  type DatabaseId,
  type DefaultPrivilegeRow,
  type RoleId,
  type SchemaId,
  keyOf,
  publicRoleId,
  put,
  remove,
} from '../catalog/index.ts';
import { notSupported } from '../errors/index.ts';
import type { AlterDefaultPrivileges } from '../sql/index.ts';
import type { PlanContext } from './context.ts';
import type { CatalogEffects } from './effects.ts';
import { granteeId } from './grant-privileges.ts';
import { resolveDatabase, resolveSchema } from './names.ts';
import { privilegeLetters, privilegeWord } from './privilege-words.ts';
import { resolveRole } from './resolve-object.ts';

export interface AlterDefaultPrivilegesPlan {
  readonly kind: 'alter-default-privileges';
  /** Whose new objects; `p`: everybody's. */
  readonly creators: readonly RoleId[];
  readonly effects: CatalogEffects;
}

type Place = Pick<DefaultPrivilegeRow, 'databaseId' | 'schemaId'>;

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
  const privileges = privilegeLetters(statement.privileges, objectKind, '');
  const creators = creatorsOf(statement, context);
  const changes: Change[] = [];
  for (const roleId of creators) {
    for (const place of placesOf(statement, context)) {
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
    effects: {
      changes,
      audit: [
        {
          eventType: statement.grant ? 'grant' : 'revoke',
          objectKind: 'default-privilege',
          details: auditDetails(statement, privileges.map(privilegeWord)),
        },
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

function placesOf(statement: AlterDefaultPrivileges, context: PlanContext): readonly Place[] {
  if (statement.in === null) return [{ databaseId: null, schemaId: null }];
  if (statement.in.kind === 'database') {
    return statement.in.names.map((name): Place => ({ databaseId: resolveDatabase(context, name).id, schemaId: null }));
  }
  return statement.in.names.map((name): Place => {
    const schema = resolveSchema(context, name);
    return { databaseId: schema.databaseId satisfies DatabaseId | null, schemaId: schema.id satisfies SchemaId };
  });
}

const auditDetails = (statement: AlterDefaultPrivileges, privileges: readonly string[]): Record<string, unknown> => ({
  object_type: statement.objectKind,
  grantees: statement.roles.map((role) => role.value),
  privileges,
});
