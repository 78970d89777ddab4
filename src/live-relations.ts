import type { ItemId } from './catalog/index.ts';
import type { LiveRelation } from './query/index.ts';
import type { Relays } from './relay/index.ts';
import type { SessionRegistry } from './session/index.ts';
import type { SetupRows } from './setup-rows.ts';
import type { Tunnels } from './tunnels/index.ts';

/** Relations whose rows are the server's own state at the time of a read. Column names as `catalog/relations/` has them. */
export function liveRelations(
  sessions: SessionRegistry,
  relays: Relays,
  tunnels: Tunnels,
  setAside: ReadonlyMap<ItemId, string>,
  setup: SetupRows,
): readonly LiveRelation[] {
  return [
    { relation: 'mz_internal.mz_ssh_tunnel_setup', rows: (snapshot) => setup.tunnels(snapshot) },
    { relation: 'mz_internal.mz_connection_setup', rows: (snapshot) => setup.connections(snapshot) },
    {
      relation: 'mz_internal.mz_items_set_aside',
      rows: () => [...setAside].map(([id, reason]) => ({ id, reason })),
    },
    {
      relation: 'mz_internal.mz_sessions',
      rows: () =>
        sessions.entries.map((session) => ({
          process_id: session.processId,
          role: session.role,
          database: session.database,
          application_name: session.applicationName,
          client_address: session.clientAddress,
          connected_at: session.connectedAt,
        })),
    },
    {
      relation: 'mz_internal.mz_relays',
      rows: () =>
        relays.statuses().map((relay) => ({
          process_id: relay.processId,
          role: relay.role,
          connection_id: relay.connectionId,
          client_address: relay.clientAddress,
          since: relay.since,
          state: relay.state,
          bytes_from_client: relay.bytesFromClient,
          bytes_from_server: relay.bytesFromServer,
          server_process_id: relay.serverProcessId,
        })),
    },
    {
      relation: 'mz_internal.mz_ssh_tunnel_statuses',
      rows: () =>
        tunnels.statuses().map((status) => ({
          id: status.id,
          state: status.state,
          since: status.since,
          sessions: status.sessions,
          session_age_seconds: status.sessionAgeSeconds,
          round_trip_ms: status.roundTripMs,
          channels: status.channels,
          bytes_read: status.bytesRead,
          bytes_written: status.bytesWritten,
          bytes_buffered: status.bufferedBytes,
          key_fingerprint: status.keyFingerprint,
          host_key_fingerprint: status.hostKeyFingerprint,
          server_version: status.serverVersion,
          last_error: status.lastError,
          last_error_stage: status.lastErrorStage,
          last_error_hint: status.lastErrorHint,
        })),
    },
    {
      relation: 'mz_internal.mz_ssh_tunnel_channels',
      rows: () =>
        tunnels.channels().map((channel) => ({
          tunnel_id: channel.tunnelId,
          session: channel.session,
          channel: channel.channel,
          host: channel.host,
          port: channel.port,
          state: channel.state,
          opened_at: channel.openedAt,
          bytes_read: channel.bytesRead,
          bytes_written: channel.bytesWritten,
          bytes_buffered: channel.bufferedBytes,
        })),
    },
  ];
}
