import { PgError } from '../../errors/index.ts';
import type { Identity } from '../handler.ts';
import type { WireLimits } from '../limits.ts';

/** Counts sessions against their limits: in total, of one role and from one address. */
export class ConnectionSlots {
  readonly #limits: WireLimits;
  readonly #byRole = new Map<string, number>();
  readonly #byAddress = new Map<string, number>();
  #total = 0;

  constructor(limits: WireLimits) {
    this.#limits = limits;
  }

  /**
   * A slot, given back when disposed of. Superusers are only bound by the total, and the owner of the data directory by nothing: a limit that was
   * set too low must not lock out who could raise it.
   * @throws PgError FATAL 53300
   */
  take({ user, method, peer }: Identity, superuser: boolean): Disposable {
    const full = this.#total >= this.#limits.connectionsMax;
    if (full && !(method === 'peer' && superuser)) throw tooMany('sorry, too many clients already');
    if (!superuser) this.#check(user, peer.address);
    this.#total += 1;
    const giveBack = [count(this.#byRole, user), count(this.#byAddress, peer.address)];
    return {
      [Symbol.dispose]: () => {
        this.#total -= 1;
        for (const release of giveBack) release();
      },
    };
  }

  #check(user: string, address: string): void {
    const { connectionsMax, superuserConnections, connectionsPerRoleMax, connectionsPerAddressMax } = this.#limits;
    if (this.#total >= connectionsMax - superuserConnections) {
      throw tooMany('remaining connection slots are reserved for superusers');
    }
    if ((this.#byRole.get(user) ?? 0) >= connectionsPerRoleMax) {
      throw tooMany(`too many connections for role "${user}"`);
    }
    if (address !== '' && (this.#byAddress.get(address) ?? 0) >= connectionsPerAddressMax) {
      throw tooMany(`too many connections from address "${address}"`);
    }
  }
}

function count(counts: Map<string, number>, key: string): () => void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
  return () => {
    const left = (counts.get(key) ?? 1) - 1;
    if (left === 0) counts.delete(key);
    else counts.set(key, left);
  };
}

function tooMany(message: string): PgError {
  return new PgError('too_many_connections', message, { severity: 'FATAL' });
}
