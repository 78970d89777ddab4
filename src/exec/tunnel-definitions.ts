import { type ItemId, type ItemRow, itemId } from '../catalog/index.ts';
import { type SshTunnelDetails, tunnelDefinition, tunnelGeneration } from '../connections/ssh-tunnel/index.ts';
import { PgError, undefinedItem } from '../errors/index.ts';
import { type PlanContext, shortName, storedConnection } from '../plan/index.ts';
import { Secret, type Sealer } from '../secrets/index.ts';
import type { TunnelDefinition, TunnelDefinitions, TunnelKey } from '../tunnels/index.ts';

/** The name of a private key's sealed value beside its tunnel. Slots change by rotation, fingerprints never. */
export const keySlot = (fingerprint: string): string => `key-${fingerprint}`;

/** Tunnels as one snapshot declares them, a transaction's own changes included. Keys are opened when a session is made. */
export class SnapshotTunnels implements TunnelDefinitions {
  readonly #context: PlanContext;
  readonly #sealer: Sealer;

  constructor(context: PlanContext, sealer: Sealer) {
    this.#context = context;
    this.#sealer = sealer;
  }

  get(id: string): TunnelDefinition {
    const item = this.#item(id);
    const details = this.#details(item);
    const owner = this.#context.snapshot.role(item.ownerId);
    return tunnelDefinition(
      { id, name: shortName(this.#context, item), ownerIsSuperuser: owner?.superuser ?? false },
      details,
      [this.#key(item.id, 1), this.#key(item.id, 2)],
      details.through === null ? null : this.generation(details.through),
    );
  }

  generation(id: string): string {
    const item = this.#item(id);
    const details = this.#details(item);
    const fingerprint = (slot: 1 | 2): string => this.#context.snapshot.sshTunnelKey(item.id, slot)?.fingerprint ?? '';
    const through = details.through === null ? null : this.generation(details.through);
    return tunnelGeneration(details, [fingerprint(1), fingerprint(2)], through);
  }

  targets(id: string): readonly { readonly host: string; readonly port: number }[] {
    const { snapshot, setAside } = this.#context;
    return snapshot
      .dependantsOf(itemId(id))
      .filter((item) => item.kind === 'connection' && !setAside.has(item.id))
      .map((item) => storedConnection(this.#context, item))
      .flatMap(({ kind, details }) => kind.hops(details).filter((hop) => hop.through === id));
  }

  #item(id: string): ItemRow {
    const item = this.#context.snapshot.item(itemId(id));
    if (item === undefined) throw undefinedItem(id, { hint: 'The SSH TUNNEL connection was dropped.' });
    return item;
  }

  #details(item: ItemRow): SshTunnelDetails {
    return storedConnection(this.#context, item).details as SshTunnelDetails;
  }

  #key(id: ItemId, slot: 1 | 2): TunnelKey {
    const row = this.#context.snapshot.sshTunnelKey(id, slot);
    const sealed = row && this.#context.snapshot.sealed(id, keySlot(row.fingerprint));
    if (row === undefined || sealed === undefined) {
      throw new PgError('data_corrupted', `key ${slot} of tunnel ${id} is missing`, {
        hint: 'DROP the connection and create it again; its keys cannot be restored.',
      });
    }
    const opened = this.#sealer.open(sealed.sealed, `${id}/${sealed.slot}`);
    return {
      slot,
      publicKey: row.publicKey,
      fingerprint: row.fingerprint,
      privateKey: opened.use((bytes) => new Secret(bytes.toString('utf8'))),
    };
  }
}
