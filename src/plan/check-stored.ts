import { setImmediate as othersFirst } from 'node:timers/promises';
import type { ItemId, Snapshot } from '../catalog/index.ts';
import type { PlanContext } from './context.ts';
import { planStored } from './stored.ts';

/** How long it works before everybody else gets the event loop: ten thousand connections take some hundred milliseconds. */
const sliceMs = 10;

/** Items whose stored text no longer parses, prints back the same or plans: each with its reason. They are refused when used. */
export async function checkStored(
  snapshot: Snapshot,
  context: Omit<PlanContext, 'snapshot' | 'source' | 'setAside'>,
): Promise<ReadonlyMap<ItemId, string>> {
  const setAside = new Map<ItemId, string>();
  const own: PlanContext = { ...context, snapshot, source: '', setAside };
  let sliceEndsMs = performance.now() + sliceMs;
  for (const item of snapshot.tables.items.values()) {
    if (item.kind !== 'connection') continue;
    if (performance.now() > sliceEndsMs) {
      await othersFirst();
      sliceEndsMs = performance.now() + sliceMs;
    }
    try {
      const { statement } = planStored(own, item);
      const printed = context.sql.print(statement, 'canonical');
      if (printed !== item.createSql) setAside.set(item.id, `It prints back as: ${printed}`);
    } catch (error) {
      setAside.set(item.id, error instanceof Error ? error.message : String(error));
    }
  }
  return setAside;
}
