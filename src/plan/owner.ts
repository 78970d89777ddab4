import { type Change, type RoleId, type RoleRow, changeOwner as changeAclOwner, put } from '../catalog/index.ts';
import { wrongObjectType } from '../errors/index.ts';
import type { Owner } from '../sql/index.ts';
import { doesNotExist } from './clash.ts';
import type { PlanContext } from './context.ts';
import { type CatalogEffects, auditOf } from './effects.ts';
import { positionOf, writtenName } from './names.ts';
import { type NothingPlan, nothing } from './nothing.ts';
import type { ObjectRef } from './object-ref.ts';
import { alteredObject, refuseSystemObject, resolveRole } from './resolve-object.ts';

export interface OwnerPlan {
  readonly kind: 'owner';
  readonly tag: string;
  readonly target: ObjectRef;
  readonly newOwner: RoleRow;
  readonly effects: CatalogEffects;
}

/** ALTER … OWNER TO: what the old owner had as owner, the new one has; grants the old one made are the new one's. */
export function planOwner(statement: Owner, context: PlanContext): OwnerPlan | NothingPlan {
  const tag = `ALTER ${statement.objectKind.toUpperCase()}`;
  const target = alteredObject(context, statement);
  if (target === undefined) return nothing(tag, doesNotExist(statement.objectKind, writtenName(statement.name)));
  if (target.kind === 'role') {
    throw wrongObjectType('roles have no owner', { position1: positionOf(context, statement.name.offset0) });
  }
  refuseSystemObject(context, target, statement.name, 'alter');
  const newOwner = resolveRole(context, statement.to);
  return {
    kind: 'owner',
    tag,
    target,
    newOwner,
    effects: {
      changes: changeOwner(target, newOwner.id),
      audit: [auditOf(context, 'alter', target, { owner_to: newOwner.name })],
      notices: [],
    },
  };
}

/** The object's row under its new owner. */
export function changeOwner(target: Exclude<ObjectRef, { kind: 'role' }>, newOwner: RoleId): readonly Change[] {
  const { row } = target;
  const privileges = changeAclOwner(row.privileges, row.ownerId, newOwner);
  switch (target.kind) {
    case 'item':
      return [put('items', { ...target.row, ownerId: newOwner, privileges })];
    case 'schema':
      return [put('schemas', { ...target.row, ownerId: newOwner, privileges })];
    case 'database':
      return [put('databases', { ...target.row, ownerId: newOwner, privileges })];
  }
}
