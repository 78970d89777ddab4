import { type Change, type RoleId, type RoleRow, remove, withoutGrantee } from '../catalog/index.ts';
import type { DropOwned } from '../sql/index.ts';
import type { PlanContext } from './context.ts';
import { removeObjects } from './drop.ts';
import { type CatalogEffects, auditOf } from './effects.ts';
import { withPrivileges } from './grant-privileges.ts';
import { allObjects, objectsOwnedBy } from './owned-objects.ts';
import { resolveRole } from './resolve-object.ts';

export interface DropOwnedPlan {
  readonly kind: 'drop-owned';
  readonly roles: readonly RoleRow[];
  readonly effects: CatalogEffects;
}

/** Drops what the roles own and takes away what they were granted. */
export function planDropOwned(statement: DropOwned, context: PlanContext): DropOwnedPlan {
  const roles = statement.roles.map((role) => resolveRole(context, role));
  const ids = roles.map((role) => role.id);
  const owned = objectsOwnedBy(context, ids);
  const removed = removeObjects(
    context,
    {
      databases: owned.filter((ref) => ref.kind === 'database').map((ref) => ref.row),
      schemas: owned.filter((ref) => ref.kind === 'schema').map((ref) => ref.row),
      items: owned.filter((ref) => ref.kind === 'item').map((ref) => ref.row),
    },
    statement.behaviour === 'cascade',
  );
  const gone = new Set(
    removed.changes.filter((change) => change.op === 'delete').map((change) => `${change.table}/${change.key}`),
  );
  const revoked = revocations(context, ids, gone);
  return {
    kind: 'drop-owned',
    roles,
    effects: {
      changes: [...removed.changes, ...revoked],
      audit: [
        ...removed.audit,
        ...roles.map((role) => auditOf(context, 'revoke', { kind: 'role', row: role }, { privileges: 'all' })),
      ],
      notices: removed.notices,
    },
  };
}

function revocations(context: PlanContext, roles: readonly RoleId[], gone: ReadonlySet<string>): readonly Change[] {
  const changes: Change[] = [];
  for (const ref of allObjects(context)) {
    if (gone.has(`${ref.kind === 'item' ? 'items' : `${ref.kind}s`}/${ref.row.id}`)) continue;
    const before = ref.row.privileges;
    const after = roles.reduce((acl, role) => withoutGrantee(acl, role), before);
    if (after.length !== before.length) changes.push(withPrivileges(ref, after));
  }
  const { systemPrivileges, defaultPrivileges } = context.snapshot.tables;
  for (const item of systemPrivileges.values())
    if (roles.includes(item.grantee)) changes.push(remove('systemPrivileges', item));
  for (const row of defaultPrivileges.values()) {
    if (roles.includes(row.grantee) || roles.includes(row.roleId)) changes.push(remove('defaultPrivileges', row));
  }
  return changes;
}
