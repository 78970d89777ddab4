import type { RoleRow } from '../catalog/index.ts';
import type { ReassignOwned } from '../sql/index.ts';
import type { PlanContext } from './context.ts';
import { type CatalogEffects, auditOf } from './effects.ts';
import { objectsOwnedBy } from './owned-objects.ts';
import { changeOwner } from './owner.ts';
import { resolveRole } from './resolve-object.ts';

export interface ReassignOwnedPlan {
  readonly kind: 'reassign-owned';
  readonly roles: readonly RoleRow[];
  readonly newOwner: RoleRow;
  readonly effects: CatalogEffects;
}

export function planReassignOwned(statement: ReassignOwned, context: PlanContext): ReassignOwnedPlan {
  const roles = statement.roles.map((role) => resolveRole(context, role));
  const newOwner = resolveRole(context, statement.to);
  const owned = objectsOwnedBy(
    context,
    roles.map((role) => role.id),
  );
  return {
    kind: 'reassign-owned',
    roles,
    newOwner,
    effects: {
      changes: owned.flatMap((ref) => changeOwner(ref, newOwner.id)),
      audit: owned.map((ref) => auditOf(context, 'alter', ref, { owner_to: newOwner.name })),
      notices: [],
    },
  };
}
