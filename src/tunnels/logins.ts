import { connectFailed, PgError, type StageReport } from '../errors/index.ts';
import { Bastion } from './bastion.ts';
import type { TunnelDefinition, TunnelDefinitions, TunnelId, TunnelKey } from './contract.ts';
import type { Egress } from './egress.ts';
import { address, type BastionAddress, bastionLabel, cancelled, codeOf, LoginFailure } from './errors.ts';
import type { ForwardSocket } from './forward-socket.ts';
import type { Lane } from './lane.ts';
import { type LoginResult, login } from './login.ts';
import type { TunnelsOptions } from './options.ts';
import type { SessionSocket } from './ssh2-transport.ts';
import { reported } from './stages.ts';
import { policyRefused, targetRefusal } from './target-policy.ts';
import { connectTcp, type ResolvedAddress, resolveHost } from './tcp.ts';
import type { TunnelTimeouts } from './timeouts.ts';
import { Until } from './until.ts';

/** An SSH TUNNEL through an SSH TUNNEL through …: this many bastions in a row. */
export const hopsMax = 8;

/** Nothing was tried: by the time of its turn the breaker was open. */
export class HeldUp extends Error {
  override readonly name = 'HeldUp';
}

export interface LoginAttempt {
  readonly definition: TunnelDefinition;
  readonly definitions: TunnelDefinitions;
  /** Keys to offer, in this order. */
  readonly keys: readonly TunnelKey[];
  readonly askAll: boolean;
  readonly reports: StageReport[];
  readonly signal: AbortSignal;
  /** A validation: it waits for no place and for no breaker, and makes fresh logins at jump hosts too. */
  readonly fresh: boolean;
}

export interface LoginsOptions {
  readonly tunnels: TunnelsOptions;
  readonly timeouts: TunnelTimeouts;
  readonly egress: Egress;
  /** The way to a bastion behind another one: a socket through `definition.through`. */
  readonly throughJumpHost: (attempt: LoginAttempt) => Promise<ForwardSocket>;
  /** After each login, with the time it took. */
  readonly ended: (lane: Lane, failure: PgError | undefined, durationMs: number) => void;
}

/** Makes logins, and keeps what is known of each bastion from their outcomes. */
export class Logins {
  readonly #options: LoginsOptions;
  readonly #bastions = new Map<string, Bastion>();

  constructor(options: LoginsOptions) {
    this.#options = options;
  }

  bastion(where: BastionAddress): Bastion {
    const key = `${address(where.host.toLowerCase(), where.port)} ${where.through ?? ''}`;
    let bastion = this.#bastions.get(key);
    if (bastion === undefined) {
      bastion = new Bastion(this.#options.timeouts.validationGapMs);
      this.#bastions.set(key, bastion);
    }
    return bastion;
  }

  /** The tunnel was dropped or defined anew. */
  forget(id: TunnelId): void {
    for (const bastion of this.#bastions.values()) bastion.breaker.forget((lane) => lane.startsWith(`${id} `));
  }

  /** The tunnel's keys, the one that logged in last before the other. */
  keysOf(definition: TunnelDefinition): readonly TunnelKey[] {
    const winner = this.#options.tunnels.observations.lastWinner(definition.id);
    return definition.keys.toSorted(
      (a, b) => Number(b.fingerprint === winner) - Number(a.fingerprint === winner) || a.slot - b.slot,
    );
  }

  /** One login: its place at the bastion, its way there, and what is learned from its outcome. @throws LoginFailure, PgError 57014. */
  async attempt(lane: Lane, attempt: LoginAttempt): Promise<LoginResult> {
    const bastion = this.bastion(lane.bastion);
    const { tunnels, timeouts } = this.#options;
    using until = new Until([attempt.signal, lane.closed]);
    const { signal } = until;
    let leave = () => {};
    try {
      if (!attempt.fresh) leave = await this.#place(lane, bastion, signal);
      const startedAtMs = performance.now();
      const socket = await this.#reach({ ...attempt, signal });
      const result = await login(socket, {
        definition: attempt.definition,
        keys: attempt.keys,
        askAll: attempt.askAll,
        observations: tunnels.observations,
        hostKeyPolicy: tunnels.hostKeyPolicy(),
        timeouts,
        reports: attempt.reports,
        signal,
      });
      bastion.breaker.succeeded(lane.key);
      bastion.loginEnded('ok');
      this.#options.ended(lane, undefined, performance.now() - startedAtMs);
      return result;
    } catch (error) {
      throw this.#failed(lane, bastion, error, attempt.signal);
    } finally {
      leave();
    }
  }

  /** @throws HeldUp when others failed while this one waited. */
  async #place(lane: Lane, bastion: Bastion, signal: AbortSignal): Promise<() => void> {
    const proven = this.#options.tunnels.observations.lastWinner(lane.id) !== undefined;
    const leave = await bastion.place(proven, signal);
    if (bastion.breaker.obstacle(lane.key, proven) === undefined) return leave;
    leave();
    throw new HeldUp('logins to this bastion are held up');
  }

  #failed(lane: Lane, bastion: Bastion, error: unknown, signal: AbortSignal): unknown {
    if (signal.aborted) return cancelled(signal);
    if (lane.closed.aborted) return lane.closed.reason;
    const failure = error instanceof PgError ? new LoginFailure(error, kindOf(error)) : error;
    if (!(failure instanceof LoginFailure)) return error;
    const kind = failure.kind === 'penalised' ? bastion.turnedAway() : failure.kind;
    bastion.breaker.failed(lane.key, kind, failure.error);
    bastion.loginEnded(kind);
    this.#options.ended(lane, failure.error, 0);
    return failure;
  }

  /** A connected socket to the bastion: TCP, or a channel of the tunnel that leads there. @throws PgError. */
  async #reach(attempt: LoginAttempt): Promise<SessionSocket> {
    const { definition, reports, signal } = attempt;
    if (definition.through !== null) {
      refuseEndlessWay(definition, attempt.definitions);
      return this.#options.throughJumpHost(attempt);
    }
    const { timeouts, egress } = this.#options;
    const target = bastionLabel(definition);
    const addresses = await reported(
      reports,
      {
        stage: 'bastion.resolve',
        target,
        detail: (found: readonly ResolvedAddress[]) => found.map((one) => one.address).join(', '),
      },
      () => resolveHost(definition.host, target, 'bastion.resolve', { timeoutMs: timeouts.resolveMs, signal }),
    );
    const allowed = this.#allowed(addresses, definition);
    const socket = await reported(
      reports,
      { stage: 'bastion.connect', target, detail: (open: TcpEnds) => `${open.localAddress} to ${open.remoteAddress}` },
      () =>
        connectTcp(allowed, definition.port, {
          target,
          stage: 'bastion.connect',
          timeoutMs: timeouts.connectMs,
          signal,
          bindAddress: (family) => egress.bindAddress(family),
        }),
    );
    return socket;
  }

  #allowed(addresses: readonly ResolvedAddress[], definition: TunnelDefinition): readonly ResolvedAddress[] {
    const lists = this.#options.tunnels.targets();
    const refusals = addresses.map((entry) => targetRefusal(entry.address, definition.ownerIsSuperuser, lists));
    const allowed = addresses.filter((_, index) => refusals[index] === undefined);
    if (allowed.length === 0) throw policyRefused(bastionLabel(definition), refusals[0] ?? 'it has no address');
    return allowed;
  }
}

interface TcpEnds {
  readonly localAddress?: string | undefined;
  readonly remoteAddress?: string | undefined;
}

function refuseEndlessWay(definition: TunnelDefinition, definitions: TunnelDefinitions): void {
  const seen = new Set([definition.id]);
  for (let next = definition.through; next !== null; next = definitions.get(next).through) {
    const endless = seen.has(next);
    if (endless || seen.size >= hopsMax) {
      const way = endless ? 'leads through itself' : `leads through more than ${hopsMax} bastions`;
      throw connectFailed({ stage: 'policy', message: `tunnel "${definition.name}" ${way}` });
    }
    seen.add(next);
  }
}

/** Stages at which a jump host turns us away: no trouble of the bastion behind it, and trying again soon changes nothing. */
const refusalsBefore: readonly (string | undefined)[] = ['policy', 'bastion.authenticate', 'bastion.host-key'];

/** Failures before SSH: the bastion is away, or the reason is on our side. */
function kindOf(error: PgError): 'down' | 'ours' {
  return refusalsBefore.includes(error.stage) || codeOf(error.cause) === 'EADDRNOTAVAIL' ? 'ours' : 'down';
}
