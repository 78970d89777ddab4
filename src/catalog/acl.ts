import { invariant } from '../errors/index.ts';
import { type RoleId, publicRoleId, roleId } from './ids.ts';
import type { AclItem, Privilege } from './rows.ts';

/** An access control list: at most one item per (grantee, grantor), none without privileges. */
export type Acl = readonly AclItem[];

const letters: readonly Privilege[] = ['r', 'a', 'w', 'd', 'U', 'C', 'R', 'B', 'N', 'P'];
const itemText = /^([a-z]\d+)?=([rawdUCRBNP]+)\/([a-z]\d+)$/;

/** Adds privileges to the item of (grantee, grantor), which is made when it is missing; the order of items stays. */
export function grant(acl: Acl, granted: AclItem): Acl {
  if (granted.privileges.length === 0) return acl;
  const at = position(acl, granted);
  const before = acl[at];
  if (before === undefined) return [...acl, withPrivileges(granted, granted.privileges)];
  return acl.with(at, withPrivileges(before, [...before.privileges, ...granted.privileges]));
}

/** Takes privileges from the item of (grantee, grantor); an item left without any goes. Other grantors' items stay. */
export function revoke(acl: Acl, revoked: AclItem): Acl {
  const at = position(acl, revoked);
  const before = acl[at];
  if (before === undefined) return acl;
  const rest = before.privileges.filter((privilege) => !revoked.privileges.includes(privilege));
  return rest.length === 0 ? acl.toSpliced(at, 1) : acl.with(at, withPrivileges(before, rest));
}

/** The list after a change of owner: what the old owner gave or held is the new one's. Source: PostgreSQL, ALTER … OWNER. */
export function changeOwner(acl: Acl, before: RoleId, after: RoleId): Acl {
  const renamed = (role: RoleId): RoleId => (role === before ? after : role);
  return acl.reduce<Acl>(
    (list, item) => grant(list, { ...item, grantee: renamed(item.grantee), grantor: renamed(item.grantor) }),
    [],
  );
}

/** The list without what one role was given, by whomever. For DROP OWNED. */
export const withoutGrantee = (acl: Acl, grantee: RoleId): Acl => acl.filter((item) => item.grantee !== grantee);

/** Whether a role is named in the list, as grantee or as grantor: such a role cannot be dropped. */
export const mentions = (acl: Acl, role: RoleId): boolean =>
  acl.some((item) => item.grantee === role || item.grantor === role);

/** Whether one of `roles` (a role and all it is a member of), or PUBLIC, holds the privilege. */
export const holds = (acl: Acl, roles: ReadonlySet<RoleId>, privilege: Privilege): boolean =>
  acl.some((item) => item.privileges.includes(privilege) && (item.grantee === publicRoleId || roles.has(item.grantee)));

/** `r`, `aw`, `UC`: in the order that the manual lists them. */
export const formatPrivileges = (privileges: readonly Privilege[]): string =>
  letters.filter((letter) => privileges.includes(letter)).join('');

/** `u1=UC/s1`; nothing before `=` for PUBLIC. */
export const formatAclItem = ({ grantee, grantor, privileges }: AclItem): string =>
  `${grantee === publicRoleId ? '' : grantee}=${formatPrivileges(privileges)}/${grantor}`;

/** @throws InvariantError for a text that {@link formatAclItem} does not give. */
export function parseAclItem(text: string): AclItem {
  const [, grantee, privileges, grantor] = itemText.exec(text) ?? [];
  invariant(privileges !== undefined && grantor !== undefined, `malformed acl item ${JSON.stringify(text)}`);
  return {
    grantee: grantee === undefined ? publicRoleId : roleId(grantee),
    grantor: roleId(grantor),
    privileges: privileges.split('') as Privilege[],
  };
}

/** `{u1=U/s1,=U/s1}`: the text of `privileges` columns. No item needs quotes in an array. */
export const formatAcl = (acl: Acl): string => `{${acl.map(formatAclItem).join(',')}}`;

const position = (acl: Acl, { grantee, grantor }: AclItem): number =>
  acl.findIndex((item) => item.grantee === grantee && item.grantor === grantor);

const withPrivileges = (item: AclItem, privileges: readonly Privilege[]): AclItem => ({
  grantee: item.grantee,
  grantor: item.grantor,
  privileges: letters.filter((letter) => privileges.includes(letter)),
});
