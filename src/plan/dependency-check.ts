import type { ItemId, ItemRow } from '../catalog/index.ts';
import { invalidValue, limitExceeded } from '../errors/index.ts';
import type { PlanContext } from './context.ts';
import { shortName } from './names.ts';

/** Tunnels through tunnels: how many hops one connection may have. */
const depthMax = 8;

/**
 * `position1` tells where the statement names a dependency.
 * @throws PgError 22023 when the connection would depend on itself, 54000 when its way has too many hops
 */
export function checkDependencies(
  context: PlanContext,
  item: ItemRow,
  position1: (id: ItemId) => number | undefined,
): void {
  for (const first of item.dependsOn) checkWay(context, item, first, position1(first));
}

function checkWay(context: PlanContext, item: ItemRow, first: ItemId, position1: number | undefined): void {
  const visit = (id: ItemId, depth: number): void => {
    const row = context.snapshot.item(id);
    if (row === undefined || row.kind !== 'connection') return;
    if (id === item.id) {
      throw invalidValue(`connection "${shortName(context, item)}" cannot be reached through itself`, {
        position1,
        hint: 'Name a tunnel that does not lead through this one.',
      });
    }
    if (depth > depthMax) {
      throw limitExceeded(
        `connection "${shortName(context, item)}" would be reached through more than ${depthMax} tunnels`,
        { position1 },
      );
    }
    for (const next of row.dependsOn) visit(next, depth + 1);
  };
  visit(first, 1);
}
