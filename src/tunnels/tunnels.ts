import { PgError, type StageReport, withStageReports } from '../errors/index.ts';
import type {
  Dial,
  DialedSocket,
  DialerOptions,
  DialOptions,
  Target,
  TunnelChannel,
  TunnelCheck,
  TunnelDefinitions,
  TunnelId,
  Tunnels,
  TunnelStatus,
} from './contract.ts';
import { DirectSocket } from './direct-socket.ts';
import { examine } from './doctor.ts';
import { Egress } from './egress.ts';
import { cancelled, LoginFailure } from './errors.ts';
import { ForwardSocket } from './forward-socket.ts';
import type { TunnelsOptions } from './options.ts';
import { Pool } from './pool.ts';
import { channelsOf } from './status.ts';
import { defaultTimeouts, type TunnelTimeouts } from './timeouts.ts';

export function createTunnels(options: TunnelsOptions): Tunnels {
  return new PooledTunnels(options);
}

class PooledTunnels implements Tunnels {
  readonly #options: TunnelsOptions;
  readonly #timeouts: TunnelTimeouts;
  readonly #egress: Egress;
  readonly #pool: Pool;

  constructor(options: TunnelsOptions) {
    this.#options = options;
    this.#timeouts = { ...defaultTimeouts, ...options.timeouts };
    this.#egress = new Egress(options.egress);
    this.#pool = new Pool(options, this.#timeouts, this.#egress);
  }

  dialer(owner: DialerOptions): Dial {
    return (target, options) =>
      target.through === null
        ? this.#direct(target, owner, options)
        : this.#through(target.through, target, owner, options);
  }

  async check(id: TunnelId, definitions: TunnelDefinitions, signal: AbortSignal): Promise<TunnelCheck> {
    const reports: StageReport[] = [];
    try {
      const definition = definitions.get(id);
      const login = await this.#pool.validate(definition, definitions, { reports, signal });
      const targets = definitions.targets?.(id) ?? [];
      return await examine({ definition, login, reports, targets, egress: this.#options.egress(), signal });
    } catch (error) {
      throw explained(error, reports);
    }
  }

  async acceptsKey(id: TunnelId, slot: 1 | 2, definitions: TunnelDefinitions, signal: AbortSignal): Promise<boolean> {
    const reports: StageReport[] = [];
    try {
      const { session, accepted } = await this.#pool.validate(definitions.get(id), definitions, { reports, signal });
      session.close();
      return accepted.get(slot) === true;
    } catch (error) {
      const refused =
        error instanceof LoginFailure && error.error.stage === 'bastion.authenticate' && error.kind === 'refused';
      if (refused) return false;
      throw explained(error, reports);
    }
  }

  definitionChanged(id: TunnelId): void {
    this.#pool.definitionChanged(id);
  }

  dropped(id: TunnelId): void {
    this.#pool.dropped(id);
  }

  statuses(): readonly TunnelStatus[] {
    return this.#pool.board.statuses(this.#pool.lanes());
  }

  channels(): readonly TunnelChannel[] {
    return [...this.#pool.lanes()].flatMap(channelsOf);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#pool.close();
  }

  #direct(target: Target, owner: DialerOptions, options: DialOptions): DialedSocket {
    return new DirectSocket(target.host, target.port, {
      ownerIsSuperuser: owner.ownerIsSuperuser,
      targets: this.#options.targets(),
      egress: this.#egress,
      timeouts: this.#timeouts,
      signal: options.signal,
    });
  }

  #through(id: TunnelId, target: Target, owner: DialerOptions, options: DialOptions): DialedSocket {
    const socket = new ForwardSocket(target.host, target.port, options.windowBytes);
    const { signal } = options;
    const onAbort = () => socket.destroy(cancelled(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    // The signal ends the dial; a connection that stands is its owner's.
    const forget = () => signal.removeEventListener('abort', onAbort);
    socket.once('connect', forget);
    socket.once('close', forget);
    if (signal.aborted) onAbort();
    else {
      this.#pool
        .forward(socket, id, owner.definitions, {
          signal,
          fresh: options.fresh === true,
          pressing: options.pressing === true,
        })
        .catch((error: Error) => socket.destroy(error));
    }
    return socket;
  }
}

/** The error with the steps that led to it, for VALIDATE. */
function explained(error: unknown, reports: readonly StageReport[]): unknown {
  const known = error instanceof LoginFailure ? error.error : error;
  return known instanceof PgError ? withStageReports(known, reports) : known;
}
