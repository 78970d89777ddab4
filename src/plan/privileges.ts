import type { AclItem, Privilege, RoleId, RoleRow, Snapshot } from '../catalog/index.ts';
import type { ObjectRef } from './object-ref.ts';

/** The role itself and every role whose privileges it inherits, PUBLIC included; `all` counts memberships that are not inherited too. */
export function effectiveRoles(snapshot: Snapshot, role: RoleRow, all = false): ReadonlySet<RoleId> {
  const roles = new Set<RoleId>([role.id, 'p' as RoleId]);
  const visit = (member: RoleRow): void => {
    if (!member.inherit && !all) return;
    for (const membership of snapshot.tables.roleMembers.values()) {
      if (membership.memberId !== member.id || roles.has(membership.roleId)) continue;
      roles.add(membership.roleId);
      const parent = snapshot.role(membership.roleId);
      if (parent !== undefined) visit(parent);
    }
  };
  visit(role);
  return roles;
}

export function isOwner(snapshot: Snapshot, role: RoleRow, ref: ObjectRef): boolean {
  if (role.superuser) return true;
  return ref.kind !== 'role' && effectiveRoles(snapshot, role).has(ref.row.ownerId);
}

export function holds(snapshot: Snapshot, role: RoleRow, privilege: Privilege, acl: Iterable<AclItem>): boolean {
  if (role.superuser) return true;
  const roles = effectiveRoles(snapshot, role);
  for (const item of acl) if (roles.has(item.grantee) && item.privileges.includes(privilege)) return true;
  return false;
}
