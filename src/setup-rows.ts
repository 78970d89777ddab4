import type { ItemRow, Snapshot } from './catalog/index.ts';
import { bastionSetup, type ConnectionKind, type Dependant, type SshTunnelDetails } from './connections/index.ts';
import type { Observations } from './observations/index.ts';
import { type PlanContext, type StoredConnection, shortName, storedConnection } from './plan/index.ts';

type SetupRow = Readonly<Record<'id' | 'setup', string>>;

export interface SetupOptions {
  /** The catalog as planners see it at a version. */
  readonly context: (snapshot: Snapshot) => PlanContext;
  readonly observations: Pick<Observations, 'announcements'>;
  readonly egressAddresses: readonly string[];
}

/** Texts for the administrators of the other sides, made of the catalog at the time of a read. */
export class SetupRows {
  readonly #options: SetupOptions;

  constructor(options: SetupOptions) {
    this.#options = options;
  }

  /** Rows of mz_ssh_tunnel_setup, each made when it is taken. */
  *tunnels(snapshot: Snapshot): Generator<SetupRow> {
    const context = this.#options.context(snapshot);
    for (const connection of connectionsOf(context, (kind) => kind.ownsKeyPairs === true)) {
      const setup = this.#tunnelSetup(context, connection);
      if (setup !== undefined) yield { id: connection.item.id, setup };
    }
  }

  /** Rows of mz_connection_setup, each made when it is taken. */
  *connections(snapshot: Snapshot): Generator<SetupRow> {
    const context = this.#options.context(snapshot);
    for (const connection of connectionsOf(context, (kind) => kind.setup !== undefined)) {
      const setup = connection.kind.setup?.(connection.details);
      if (setup !== undefined) yield { id: connection.item.id, setup };
    }
  }

  #tunnelSetup(context: PlanContext, { item, details }: StoredConnection): string | undefined {
    const { snapshot } = context;
    const [first, second] = [snapshot.sshTunnelKey(item.id, 1), snapshot.sshTunnelKey(item.id, 2)];
    if (first === undefined || second === undefined) return undefined;
    return bastionSetup({
      tunnel: shortName(context, item),
      details: details as SshTunnelDetails,
      publicKeys: [first.publicKey, second.publicKey],
      dependants: this.#dependants(context, item),
      egressAddresses: this.#options.egressAddresses,
    });
  }

  #dependants(context: PlanContext, tunnel: ItemRow): readonly Dependant[] {
    const dependants = [...readable(context, context.snapshot.dependantsOf(tunnel.id))];
    return dependants.map(({ item, kind, details }) => {
      const seen = this.#options.observations.announcements(item.id);
      const targets =
        kind.targetsThrough === undefined
          ? kind.hops(details).filter(({ through }) => through === tunnel.id)
          : kind.targetsThrough(details, tunnel.id, seen);
      return { name: shortName(context, item), targets };
    });
  }
}

/** Connections of the kinds that are wanted; no other is planned for it. */
function connectionsOf(context: PlanContext, wanted: (kind: ConnectionKind) => boolean): Iterable<StoredConnection> {
  return readable(context, itemsOf(context, wanted));
}

function* itemsOf({ kinds, snapshot }: PlanContext, wanted: (kind: ConnectionKind) => boolean): Generator<ItemRow> {
  for (const item of snapshot.tables.items.values()) {
    const kind = kinds.kindByType(item.type ?? '');
    if (kind !== undefined && wanted(kind)) yield item;
  }
}

/** The connections among items, without those that could not be read back. */
function* readable(context: PlanContext, items: Iterable<ItemRow>): Generator<StoredConnection> {
  for (const item of items) {
    if (item.kind === 'connection' && !context.setAside.has(item.id)) yield storedConnection(context, item);
  }
}
