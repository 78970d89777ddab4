import type { ItemRow } from '../catalog/index.ts';
import type { StageContext } from '../connections/index.ts';
import { type PlanContext, shortName } from '../plan/index.ts';
import type { TunnelDefinitions } from '../tunnels/index.ts';
import type { Rooms } from './rooms.ts';
import { secretReader } from './secret-reader.ts';
import { SnapshotTunnels } from './tunnel-definitions.ts';

/** What a client who stops reading may leave with us. */
const windowBytes = 512 * 1024;

/**
 * What a connection is opened with for use, as `context` has it declared. Its tunnels are as they are declared when they are dialled:
 * a cancel request may come long after the keys were rotated.
 */
export function connectionWay(
  item: ItemRow,
  context: PlanContext,
  current: () => PlanContext,
  rooms: Rooms,
  signal: AbortSignal,
): StageContext {
  const now = (): TunnelDefinitions => new SnapshotTunnels(current(), rooms.sealer);
  const definitions: TunnelDefinitions = {
    get: (id) => now().get(id),
    generation: (id) => now().generation(id),
  };
  const owner = context.snapshot.role(item.ownerId) ?? context.role;
  const dial = rooms.tunnels.dialer({ definitions, ownerIsSuperuser: owner.superuser });
  return {
    name: shortName(context, item),
    id: item.id,
    dial: (to, options) => dial(to, { ...options, windowBytes }),
    secrets: secretReader(context, item, rooms.sealer, rooms.observations),
    checkTunnel: (id, checkSignal) => rooms.tunnels.check(id, definitions, checkSignal),
    signal,
  };
}
