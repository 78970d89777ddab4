import type { RoleId } from '../catalog/index.ts';
import type { PlanContext } from './context.ts';
import type { ObjectRef } from './object-ref.ts';

type Owned = Exclude<ObjectRef, { kind: 'role' }>;

/** Every database, schema and item of the catalog. */
export function allObjects(context: PlanContext): readonly Owned[] {
  const { databases, schemas, items } = context.snapshot.tables;
  return [
    ...[...databases.values()].map((row): Owned => ({ kind: 'database', row })),
    ...[...schemas.values()].map((row): Owned => ({ kind: 'schema', row })),
    ...[...items.values()].map((row): Owned => ({ kind: 'item', row })),
  ];
}

export const objectsOwnedBy = (context: PlanContext, roles: readonly RoleId[]): readonly Owned[] =>
  allObjects(context).filter((ref) => roles.includes(ref.row.ownerId));
