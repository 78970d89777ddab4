import { createSocket } from 'node:dgram';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

export interface EgressAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Documentation addresses (RFC 5737, RFC 3849): nothing is sent to them, the route towards them is what the system would use. */
const farAway = { 4: '192.0.2.1', 6: '2001:db8::1' } as const;

/** Where our connections come from: what is announced, and which of it can be bound here. */
export class Egress {
  readonly #announced: () => readonly string[];
  #turn = 0;

  constructor(announced: () => readonly string[]) {
    this.#announced = announced;
  }

  /** The announced addresses; none announced: those of the routes to the outside, which a NAT may still change. */
  async addresses(): Promise<readonly EgressAddress[]> {
    const announced = this.#announced().flatMap(toEgressAddress);
    if (announced.length > 0) return announced;
    const routes = await Promise.all([routeAddress(4), routeAddress(6)]);
    return routes.filter((address) => address !== undefined);
  }

  /** The local address to bind for a connection of this family, announced ones in turn; undefined leaves the choice to the system. */
  bindAddress(family: 4 | 6): string | undefined {
    const own = localAddresses();
    const usable = this.#announced()
      .flatMap(toEgressAddress)
      .filter((candidate) => candidate.family === family && own.has(candidate.address));
    if (usable.length === 0) return undefined;
    this.#turn = (this.#turn + 1) % Number.MAX_SAFE_INTEGER;
    return usable[this.#turn % usable.length]?.address;
  }
}

function toEgressAddress(text: string): readonly EgressAddress[] {
  const family = isIP(text);
  return family === 4 || family === 6 ? [{ address: text, family }] : [];
}

function localAddresses(): ReadonlySet<string> {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return new Set(all.map((entry) => entry.address));
}

/** The address that the system would send from; undefined when there is no route. */
function routeAddress(family: 4 | 6): Promise<EgressAddress | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(family === 4 ? 'udp4' : 'udp6');
    const done = (address: EgressAddress | undefined) => {
      socket.close();
      resolve(address);
    };
    socket.once('error', () => done(undefined));
    socket.connect(9, farAway[family], () => done({ address: socket.address().address, family }));
  });
}
