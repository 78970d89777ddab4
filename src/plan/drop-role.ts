import { type AclItem, type Change, type RoleRow, mentions, remove } from '../catalog/index.ts';
import { PgError, dependentObjects } from '../errors/index.ts';
import type { PlanContext } from './context.ts';
import { type AuditDraft, type CatalogEffects, auditOf, removeComments } from './effects.ts';
import { fullName } from './names.ts';

/** A role goes only when it owns nothing and no access control list names it; its memberships go with it. */
export function planDropRoles(context: PlanContext, roles: readonly RoleRow[]): CatalogEffects {
  const changes: Change[] = [];
  const audit: AuditDraft[] = [];
  for (const role of roles) {
    if (role.id === context.sessionRole.id || role.id === context.role.id) {
      throw new PgError('object_in_use', 'current role cannot be dropped');
    }
    const reasons = dependenciesOf(context, role);
    if (reasons.length > 0) {
      throw dependentObjects(`role "${role.name}" cannot be dropped because some objects depend on it`, {
        detail: reasons.slice(0, 100).join('\n'),
        hint: `REASSIGN OWNED BY ${role.name} TO another role, then DROP OWNED BY ${role.name}.`,
      });
    }
    for (const member of context.snapshot.tables.roleMembers.values()) {
      if (member.roleId === role.id || member.memberId === role.id) changes.push(remove('roleMembers', member));
    }
    changes.push(...removeComments(context, 'role', role.id), remove('roles', role));
    audit.push(auditOf(context, 'drop', { kind: 'role', row: role }));
  }
  return { changes, audit, notices: [] };
}

function dependenciesOf(context: PlanContext, role: RoleRow): readonly string[] {
  const { databases, schemas, items, defaultPrivileges, systemPrivileges } = context.snapshot.tables;
  const named = (acl: readonly AclItem[]): boolean => mentions(acl, role.id);
  const reason = (what: string, ownerId: string, acl: readonly AclItem[]): readonly string[] =>
    ownerId === role.id ? [`owner of ${what}`] : named(acl) ? [`privileges on ${what}`] : [];
  return [
    ...[...databases.values()].flatMap((row) => reason(`database ${row.name}`, row.ownerId, row.privileges)),
    ...[...schemas.values()].flatMap((row) => reason(`schema ${row.name}`, row.ownerId, row.privileges)),
    ...[...items.values()].flatMap((row) =>
      reason(`${row.kind} ${fullName(context, row)}`, row.ownerId, row.privileges),
    ),
    ...([...defaultPrivileges.values()].some((row) => row.roleId === role.id || row.grantee === role.id)
      ? ['default privileges']
      : []),
    ...(named([...systemPrivileges.values()]) ? ['privileges on the system'] : []),
  ];
}
