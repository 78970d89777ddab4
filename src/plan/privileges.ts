import {
  type AclItem,
  type Privilege,
  type RoleId,
  type RoleRow,
  type Snapshot,
  holds as aclHolds,
  publicRoleId,
} from '../catalog/index.ts';
import type { ObjectRef } from './object-ref.ts';

const known = new WeakMap<Snapshot, Map<string, ReadonlySet<RoleId>>>();

/** The role itself and every role whose privileges it inherits, PUBLIC included; `all` counts memberships that are not inherited too. */
export function effectiveRoles(snapshot: Snapshot, role: RoleRow, all = false): ReadonlySet<RoleId> {
  const ofSnapshot = known.get(snapshot) ?? new Map<string, ReadonlySet<RoleId>>();
  known.set(snapshot, ofSnapshot);
  const key = `${role.id}/${all}`;
  const found = ofSnapshot.get(key) ?? walkMemberships(snapshot, role, all);
  ofSnapshot.set(key, found);
  return found;
}

function walkMemberships(snapshot: Snapshot, role: RoleRow, all: boolean): ReadonlySet<RoleId> {
  const roles = new Set<RoleId>([role.id, publicRoleId]);
  // A set yields what is added while it is walked: every role that is found is looked at once, cycles or not.
  for (const id of roles) {
    const inherits = all || snapshot.role(id)?.inherit === true;
    if (inherits) for (const { roleId } of snapshot.membershipsOf(id)) roles.add(roleId);
  }
  return roles;
}

/** Whether the role is a superuser or could become one by SET ROLE. */
export function canBeSuperuser(snapshot: Snapshot, role: RoleRow): boolean {
  return [...effectiveRoles(snapshot, role, true)].some((id) => snapshot.role(id)?.superuser === true);
}

export function isOwner(snapshot: Snapshot, role: RoleRow, ref: ObjectRef): boolean {
  if (role.superuser) return true;
  return ref.kind !== 'role' && effectiveRoles(snapshot, role).has(ref.row.ownerId);
}

/** Whether the role, one that it inherits from or PUBLIC was granted the privilege; superusers need no grant. */
export function mayUse(snapshot: Snapshot, role: RoleRow, privilege: Privilege, acl: readonly AclItem[]): boolean {
  return role.superuser || aclHolds(acl, effectiveRoles(snapshot, role), privilege);
}
