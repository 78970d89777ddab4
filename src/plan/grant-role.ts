import {
  type Change,
  type RoleMemberRow,
  type RoleRow,
  type Snapshot,
  put,
  remove,
  systemRoleId,
} from '../catalog/index.ts';
import { PgError, type PgNotice, notice } from '../errors/index.ts';
import type { GrantRole } from '../sql/index.ts';
import type { PlanContext } from './context.ts';
import { type AuditDraft, type CatalogEffects, auditOf } from './effects.ts';
import { positionOf } from './names.ts';
import { effectiveRoles } from './privileges.ts';
import { resolveRole } from './resolve-object.ts';

export interface GrantRolePlan {
  readonly kind: 'grant-role';
  readonly tag: 'GRANT ROLE' | 'REVOKE ROLE';
  /** Roles that are given or taken. */
  readonly roles: readonly RoleRow[];
  readonly effects: CatalogEffects;
}

/** Source: Materialize docs, GRANT ROLE. Memberships form no circle. */
export function planGrantRole(statement: GrantRole, context: PlanContext): GrantRolePlan {
  const roles = statement.roles.map((role) => resolveRole(context, role));
  const changes: Change[] = [];
  const audit: AuditDraft[] = [];
  const notices: PgNotice[] = [];
  let { snapshot } = context;
  for (const [index, role] of roles.entries()) {
    for (const ident of statement.members) {
      const member = resolveRole(context, ident);
      const existing = membershipOf(snapshot, role, member);
      if (statement.grant === (existing !== undefined)) {
        notices.push(unchanged(statement.grant, role, member));
        continue;
      }
      if (statement.grant)
        refuseCircle(snapshot, role, member, positionOf(context, statement.roles[index]?.offset0 ?? 0));
      const row: RoleMemberRow = existing ?? { roleId: role.id, memberId: member.id, grantorId: systemRoleId };
      const change = statement.grant ? put('roleMembers', row) : remove('roleMembers', row);
      snapshot = snapshot.apply([change]);
      changes.push(change);
      audit.push(
        auditOf(context, statement.grant ? 'grant' : 'revoke', { kind: 'role', row: role }, { member: member.name }),
      );
    }
  }
  return {
    kind: 'grant-role',
    tag: statement.grant ? 'GRANT ROLE' : 'REVOKE ROLE',
    roles,
    effects: { changes, audit, notices },
  };
}

const membershipOf = (snapshot: Snapshot, role: RoleRow, member: RoleRow): RoleMemberRow | undefined =>
  [...snapshot.tables.roleMembers.values()].find((row) => row.roleId === role.id && row.memberId === member.id);

function refuseCircle(snapshot: Snapshot, role: RoleRow, member: RoleRow, position1: number): void {
  // Whether members inherit or not does not matter: a circle is one either way.
  const above = effectiveRoles(snapshot, role, true);
  if (!above.has(member.id)) return;
  const message =
    role.id === member.id
      ? `role "${role.name}" cannot be a member of itself`
      : `role "${role.name}" is a member of role "${member.name}"`;
  throw new PgError('invalid_grant_operation', message, { position1 });
}

function unchanged(granted: boolean, role: RoleRow, member: RoleRow): PgNotice {
  return granted
    ? notice('successful_completion', `role "${member.name}" is already a member of role "${role.name}"`)
    : notice('warning', `role "${member.name}" is not a member of role "${role.name}"`, { severity: 'WARNING' });
}
