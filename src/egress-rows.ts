import { type PgNotice, notice } from './errors/index.ts';
import type { EgressAddress } from './query/index.ts';
import type { Egress } from './tunnels/index.ts';

/** Rows of mz_egress_ips, kept ready: routes are asked for in the background, because a read must not wait. */
export class EgressRows {
  readonly #egress: Egress;
  #rows: readonly EgressAddress[] = [];

  private constructor(egress: Egress) {
    this.#egress = egress;
  }

  static async open(egress: Egress): Promise<EgressRows> {
    const rows = new EgressRows(egress);
    await rows.#refresh();
    return rows;
  }

  /** The rows as last known; asks for the next time. */
  rows(): readonly EgressAddress[] {
    void this.#refresh();
    return this.#rows;
  }

  async #refresh(): Promise<void> {
    const addresses = await this.#egress.addresses();
    this.#rows = addresses.map(({ address, family }) => {
      const prefixLength = family === 4 ? 32 : 128;
      return { egress_ip: address, prefix_length: prefixLength, cidr: `${address}/${prefixLength}` };
    });
  }
}

/** For a server that was told no addresses: those of the routes are a guess. */
export const unannouncedEgress: PgNotice = notice(
  'successful_completion',
  'these addresses are those of the routes to the outside; a NAT on the way may change them',
  { hint: 'Start the server with --egress-address and the addresses that bastions really see.' },
);
