import type { ItemRow, RoleRow, Snapshot } from '../catalog/index.ts';
import type { AuthenticatedStream, ConnectionKind, RelayStart } from '../connections/index.ts';
import { notSupported, PgError } from '../errors/index.ts';
import { connectionWay } from '../exec/index.ts';
import {
  authorizeUse,
  findItem,
  findVariable,
  fullName,
  listOf,
  type PlanContext,
  shortName,
  storedConnection,
} from '../plan/index.ts';
import type { RelayRequest } from '../relay/index.ts';
import type { CancelKey, Identity, StartupParameters } from '../wire/handler.ts';
import { connectionName } from './connection-name.ts';
import type { ServerRooms } from './server-rooms.ts';

/** Who wants to be connected to what. */
export interface Caller {
  readonly role: RoleRow;
  readonly startup: StartupParameters;
  readonly identity: Identity;
  readonly cancelKey: CancelKey;
  readonly signal: AbortSignal;
}

/**
 * The relay that the start-up's database asks for; undefined when it names no connection. The name is resolved as the role's statements
 * would. @throws PgError FATAL 42501 without USAGE, 0A000 for a connection that is not to PostgreSQL
 */
export function relayTarget(rooms: ServerRooms, caller: Caller): RelayRequest | undefined {
  const parts = connectionName(caller.startup.database);
  if (parts === undefined) return undefined;
  const context = contextOf(rooms, caller.role);
  const item = findItem(context, { parts, offset0: 0 });
  if (item?.kind !== 'connection') return undefined;
  authorizeUse(item, context);
  const { kind, details } = storedConnection(context, item);
  if (kind.relay === undefined || caller.identity.peer.transport === 'http') throw notRelayed(item, kind);
  return request(rooms, caller, { item, kind, details, context });
}

interface Target {
  readonly item: ItemRow;
  readonly kind: ConnectionKind;
  readonly details: unknown;
  readonly context: PlanContext;
}

function request(rooms: ServerRooms, caller: Caller, target: Target): RelayRequest {
  const { item, kind, details, context } = target;
  const { role, identity, startup, cancelKey, signal } = caller;
  const tunnel = context.snapshot.item(kind.hops(details)[0]?.through as ItemRow['id']);
  return {
    role: { name: role.name, superuser: role.superuser },
    connection: {
      id: item.id,
      name: shortName(context, item),
      fullName: fullName(context, item),
      tunnelName: tunnel === undefined ? null : shortName(context, tunnel),
    },
    client: { address: identity.peer.address, encrypted: identity.peer.encrypted },
    key: cancelKey,
    parameters: startup.parameters,
    signal,
    refusal: () => refusal(item, context, rooms.store.current),
    open: (start: RelayStart & { readonly signal: AbortSignal }): Promise<AuthenticatedStream> => {
      const current = (): PlanContext => ({ ...context, snapshot: rooms.store.current });
      const way = connectionWay(item, context, current, rooms, start.signal);
      return kind.relay?.(details, way, start) ?? Promise.reject(notRelayed(item, kind));
    },
  };
}

/** The catalog as a role sees it that has just logged in and set nothing. */
function contextOf({ kinds, sql, store, setAside }: ServerRooms, role: RoleRow): PlanContext {
  const snapshot = store.current;
  const setting = (name: string): string =>
    role.settings[name] ?? snapshot.tables.systemSettings.get(name)?.value ?? findVariable(name)?.default ?? '';
  return {
    snapshot,
    source: '',
    role,
    sessionRole: role,
    database: setting('database'),
    searchPath: listOf(setting('search_path')),
    kinds,
    sql,
    environmentId: store.environmentId,
    setAside,
  };
}

/** Why the role may not use the connection as the catalog is now. */
function refusal(item: ItemRow, context: PlanContext, snapshot: Snapshot): PgError | undefined {
  const role = snapshot.role(context.role.id);
  const now = snapshot.item(item.id);
  const name = shortName(context, item);
  if (role === undefined) return fatal('the role was dropped');
  if (now === undefined) return fatal(`connection "${name}" was dropped`);
  try {
    authorizeUse(now, { ...context, snapshot, role, sessionRole: role });
    return undefined;
  } catch (error) {
    if (!(error instanceof PgError)) throw error;
    return fatal(`role "${role.name}" may no longer use connection "${name}"`, error.hint);
  }
}

const fatal = (message: string, hint?: string): PgError =>
  new PgError('insufficient_privilege', message, { severity: 'FATAL', hint });

function notRelayed(item: ItemRow, kind: ConnectionKind): PgError {
  return notSupported(`connection "${item.name}" is to ${kind.words.join(' ')}, and this port speaks PostgreSQL only`, {
    hint: 'Name a connection TO POSTGRES as the database, or a database of the catalog.',
  });
}
