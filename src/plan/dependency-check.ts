import type { ItemId, ItemRow } from '../catalog/index.ts';
import { invalidValue, limitExceeded } from '../errors/index.ts';
import type { PlanContext } from './context.ts';
import { shortName } from './names.ts';

/** Tunnels through tunnels: how many hops one connection may have. */
const depthMax = 8;

/** @throws PgError 22023 when the connection would depend on itself, 54000 when its way has too many hops */
export function checkDependencies(context: PlanContext, item: ItemRow): void {
  const visit = (id: ItemId, depth: number): void => {
    const row = context.snapshot.item(id);
    if (row === undefined || row.kind !== 'connection') return;
    if (id === item.id) {
      throw invalidValue(`connection "${shortName(context, item)}" cannot be reached through itself`, {
        hint: 'Name a tunnel that does not lead through this one.',
      });
    }
    if (depth > depthMax) {
      throw limitExceeded(
        `connection "${shortName(context, item)}" would be reached through more than ${depthMax} tunnels`,
      );
    }
    for (const next of row.dependsOn) visit(next, depth + 1);
  };
  for (const id of item.dependsOn) visit(id, 1);
}
