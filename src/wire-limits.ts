import type { CatalogStore } from './catalog/index.ts';
import { durationMs, sizeBytes } from './plan/index.ts';
import type { SystemSettings } from './session/index.ts';
import { type WireLimits, defaultLimits } from './wire/index.ts';

/** The protocol's limits as ALTER SYSTEM has them; the object follows every change until it is stopped. */
export function followLimits(
  store: CatalogStore,
  settings: SystemSettings,
): { readonly limits: WireLimits; readonly stop: () => void } {
  const limits = { ...defaultLimits, ...setLimits(settings) };
  const stop = store.onCommit(({ before, after }) => {
    if (before.tables.systemSettings !== after.tables.systemSettings) Object.assign(limits, setLimits(settings));
  });
  return { limits, stop };
}

function setLimits(settings: SystemSettings): Partial<WireLimits> {
  const number = (name: string): number => Number(settings.text(name));
  return {
    messageBytesMax: sizeBytes(settings.text('max_message_size')),
    statementsMax: number('max_prepared_statements'),
    portalsMax: number('max_portals'),
    outputBytesMax: sizeBytes(settings.text('max_unsent_size')),
    stallTimeoutMs: durationMs(settings.text('client_stall_timeout')),
    loginTimeoutMs: durationMs(settings.text('authentication_timeout')),
    loginsMax: number('max_unauthenticated_connections'),
    connectionsMax: number('max_connections'),
    superuserConnections: number('superuser_reserved_connections'),
    connectionsPerRoleMax: number('max_connections_per_role'),
    connectionsPerAddressMax: number('max_connections_per_address'),
  };
}
