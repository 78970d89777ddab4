import { connectFailed, PgError, type StageReport } from '../errors/index.ts';
import { Bastion } from './bastion.ts';
import type { TunnelDefinition, TunnelDefinitions, TunnelId, TunnelKey } from './contract.ts';
import {
  address,
  type BastionAddress,
  bastionLabel,
  cancelled,
  codeOf,
  forwardRefused,
  forwardTimedOut,
  LoginFailure,
  notYet,
  tooManyChannels,
} from './errors.ts';
import { ForwardSocket, OpenRefused } from './forward-socket.ts';
import { type Connected, Lane, sessionsPerTunnelMax } from './lane.ts';
import { login, type LoginResult } from './login.ts';
import type { TunnelsOptions } from './options.ts';
import type { Session } from './session.ts';
import type { SessionSocket } from './ssh2-transport.ts';
import { reported, startClock } from './stages.ts';
import { StatusBoard } from './status.ts';
import { policyRefused, targetRefusal } from './target-policy.ts';
import { connectTcp, race, resolveHost } from './tcp.ts';
import type { TunnelTimeouts } from './timeouts.ts';
import type { Egress } from './egress.ts';

/** An SSH TUNNEL through an SSH TUNNEL through …: this many bastions in a row. */
export const hopsMax = 8;

export interface ForwardOptions {
  readonly signal: AbortSignal;
  readonly fresh: boolean;
}

/** All sessions of the process, by tunnel and generation, and what is known of their bastions. */
export class Pool {
  readonly #options: TunnelsOptions;
  readonly #timeouts: TunnelTimeouts;
  readonly #egress: Egress;
  readonly #lanes = new Map<string, Lane>();
  readonly #bastions = new Map<string, Bastion>();
  readonly #freshSessions = new Map<Session, TunnelId>();
  readonly board: StatusBoard;
  #closed = false;

  constructor(options: TunnelsOptions, timeouts: TunnelTimeouts, egress: Egress) {
    this.#options = options;
    this.#timeouts = timeouts;
    this.#egress = egress;
    this.board = new StatusBoard(options.observations, options.log);
  }

  lanes(): Iterable<Lane> {
    return this.#lanes.values();
  }

  /** Connects `socket` to its target through the tunnel. Steps go to the socket's reports. @throws PgError with a stage. */
  async forward(
    socket: ForwardSocket,
    id: TunnelId,
    definitions: TunnelDefinitions,
    options: ForwardOptions,
  ): Promise<void> {
    const deadlineAt = performance.now() + this.#timeouts.dialMs;
    const avoid = new Set<Session>();
    for (;;) {
      const session = options.fresh
        ? await this.#freshSession(id, definitions, socket.reports, options.signal)
        : await this.#session(id, definitions, { reports: socket.reports, signal: options.signal, deadlineAt, avoid });
      try {
        await this.#open(socket, session, options.signal);
        return;
      } catch (error) {
        if (socket.destroyed) throw error;
        if (error instanceof OpenRefused) {
          if (outOfResources(error) && !options.fresh && avoid.size < sessionsPerTunnelMax - 1) {
            avoid.add(session);
            continue;
          }
          throw this.#refusal(socket, session, error);
        }
        // The session died before the channel was open: nothing was sent yet, so another one may do it.
        if (!session.alive && performance.now() < deadlineAt && !options.signal.aborted && !options.fresh) continue;
        throw error;
      }
    }
  }

  /** One login of its own, for VALIDATE: whatever failed before, and whatever is open. The caller closes the session. */
  async validate(
    id: TunnelId,
    definitions: TunnelDefinitions,
    options: { readonly slots: readonly (1 | 2)[]; readonly reports: StageReport[]; readonly signal: AbortSignal },
  ): Promise<LoginResult> {
    const definition = definitions.get(id);
    const lane = this.#lane(id, definitions, definition);
    const bastion = this.#bastionOf(definition);
    return bastion.validating(options.signal, () =>
      this.#attempt(lane, definition, definitions, {
        keys: orderKeys(definition, this.#options.observations.lastWinner(id)).filter((key) =>
          options.slots.includes(key.slot),
        ),
        askAll: true,
        reports: options.reports,
        signal: options.signal,
        fresh: true,
      }),
    );
  }

  definitionChanged(id: TunnelId): void {
    for (const lane of this.#lanesOf(id)) lane.drain();
    this.#sweep();
  }

  dropped(id: TunnelId): void {
    for (const [session, owner] of this.#freshSessions) if (owner === id) session.close('the tunnel was dropped');
    for (const [key, lane] of this.#lanes) {
      if (lane.id !== id) continue;
      lane.close();
      this.#lanes.delete(key);
    }
    this.board.forget(id);
  }

  close(): void {
    this.#closed = true;
    for (const session of this.#freshSessions.keys()) session.close('the server stops');
    for (const lane of this.#lanes.values()) lane.close();
    this.#lanes.clear();
  }

  // Sessions

  async #session(
    id: TunnelId,
    definitions: TunnelDefinitions,
    dial: {
      readonly reports: StageReport[];
      readonly signal: AbortSignal;
      readonly deadlineAt: number;
      readonly avoid: ReadonlySet<Session>;
    },
  ): Promise<Session> {
    const lane = this.#lane(id, definitions);
    const signal = AbortSignal.any([dial.signal, lane.closed]);
    const clock = startClock(dial.reports, bastionLabel(lane.bastion));
    for (;;) {
      if (signal.aborted) throw this.#aborted(dial.signal, lane);
      const session = lane.pick(dial.avoid);
      if (session !== undefined) {
        if (lane.wantsMore(session)) this.#connect(lane, definitions).catch(() => {});
        clock.passed('tunnel.session', `session ${session.number}, key ${session.facts.key.slot}`, 'reused');
        return session;
      }
      if (lane.connecting === undefined && lane.sessions.size - countDraining(lane) >= sessionsPerTunnelMax) {
        throw tooManyChannels(lane.bastion);
      }
      try {
        const own = await this.#nextSession(lane, definitions, dial.reports, dial.deadlineAt, signal);
        if (own !== undefined) return own;
      } catch (error) {
        throw signal.aborted ? this.#aborted(dial.signal, lane) : error;
      }
    }
  }

  /** Waits for a new session: the login under way, or one of its own once the bastion may be tried. Undefined: look again. */
  async #nextSession(
    lane: Lane,
    definitions: TunnelDefinitions,
    reports: StageReport[],
    deadlineAt: number,
    signal: AbortSignal,
  ): Promise<Session | undefined> {
    const bastion = this.#bastionOf(lane.bastion);
    if (lane.connecting === undefined) {
      const proven = this.#isProven(lane);
      const obstacle = bastion.breaker.obstacle(lane.key, proven);
      if (obstacle !== undefined) {
        const now = performance.now();
        if (obstacle.retryAtMs > deadlineAt)
          throw notYet(obstacle.error, now - obstacle.failedAtMs, obstacle.retryAtMs - now);
        await this.#waiting(lane, () => bastion.waitUntil(obstacle.retryAtMs, signal));
        return undefined;
      }
    }
    const own = lane.connecting === undefined;
    const started = performance.now();
    const attempt = this.#connect(lane, definitions);
    const { session, steps } = await race(attempt, signal).catch((error: unknown) => {
      if (error instanceof LoginFailure) {
        const obstacle = bastion.breaker.obstacle(lane.key, this.#isProven(lane));
        if (obstacle !== undefined && obstacle.retryAtMs <= deadlineAt) return { session: undefined, steps: [] };
        reports.push(...((lastSteps.get(error) ?? []) as StageReport[]));
        throw error.error;
      }
      throw error;
    });
    if (session === undefined) return undefined;
    if (own) reports.push(...steps);
    else {
      const durationMs = performance.now() - started;
      const target = bastionLabel(lane.bastion);
      reports.push({
        stage: 'tunnel.session',
        target,
        status: 'reused',
        durationMs,
        detail: `session ${session.number}`,
      });
    }
    return session.hasRoom ? session : undefined;
  }

  /** The login under way, or a new one: never two at once for one lane. */
  #connect(lane: Lane, definitions: TunnelDefinitions): Promise<Connected> {
    lane.connecting ??= this.#connectOnce(lane, definitions).finally(() => {
      lane.connecting = undefined;
      this.#changed(lane);
    });
    this.#changed(lane);
    return lane.connecting;
  }

  async #connectOnce(lane: Lane, definitions: TunnelDefinitions): Promise<Connected> {
    const definition = definitions.get(lane.id);
    const reports: StageReport[] = [];
    try {
      const { session } = await this.#attempt(lane, definition, definitions, {
        keys: orderKeys(definition, this.#options.observations.lastWinner(lane.id)),
        askAll: false,
        reports,
        signal: lane.closed,
        fresh: false,
      });
      lane.adopt(session);
      return { session, steps: reports };
    } catch (error) {
      if (error instanceof Error) lastSteps.set(error, reports);
      throw error;
    }
  }

  async #freshSession(
    id: TunnelId,
    definitions: TunnelDefinitions,
    reports: StageReport[],
    signal: AbortSignal,
  ): Promise<Session> {
    const definition = definitions.get(id);
    const lane = this.#lane(id, definitions, definition);
    const keys = orderKeys(definition, this.#options.observations.lastWinner(id));
    const bastion = this.#bastionOf(definition);
    try {
      const { session } = await bastion.validating(signal, () =>
        this.#attempt(lane, definition, definitions, { keys, askAll: false, reports, signal, fresh: true }),
      );
      // Closes with the one channel that it was made for.
      session.onEmpty(() => session.close());
      return session;
    } catch (error) {
      throw error instanceof LoginFailure ? error.error : error;
    }
  }

  /** One login: its place at the bastion, its way there, and what is learned from its outcome. @throws LoginFailure, PgError 57014. */
  async #attempt(
    lane: Lane,
    definition: TunnelDefinition,
    definitions: TunnelDefinitions,
    attempt: {
      readonly keys: readonly TunnelKey[];
      readonly askAll: boolean;
      readonly reports: StageReport[];
      readonly signal: AbortSignal;
      readonly fresh: boolean;
    },
  ): Promise<LoginResult> {
    const bastion = this.#bastionOf(definition);
    const signal = AbortSignal.any([attempt.signal, lane.closed]);
    let leave = () => {};
    try {
      if (!attempt.fresh) leave = await bastion.place(signal);
      const socket = await this.#reach(definition, definitions, attempt.reports, { signal, fresh: attempt.fresh });
      const result = await login(socket, {
        definition,
        keys: attempt.keys,
        askAll: attempt.askAll,
        observations: this.#options.observations,
        hostKeyPolicy: this.#options.hostKeyPolicy(),
        timeouts: this.#timeouts,
        reports: attempt.reports,
        signal,
      });
      this.#succeeded(lane, bastion, result.session, attempt.fresh);
      return result;
    } catch (error) {
      throw this.#failed(lane, bastion, error, attempt.signal);
    } finally {
      leave();
    }
  }

  #succeeded(lane: Lane, bastion: Bastion, session: Session, fresh: boolean): void {
    bastion.breaker.succeeded(lane.key);
    bastion.loginEnded('ok');
    this.board.cleared(lane.id);
    if (fresh) {
      this.#freshSessions.set(session, lane.id);
      session.onEnd(() => this.#freshSessions.delete(session));
    }
    this.#changed(lane);
  }

  #failed(lane: Lane, bastion: Bastion, error: unknown, signal: AbortSignal): unknown {
    if (signal.aborted || lane.closed.aborted) return this.#aborted(signal, lane);
    const failure =
      error instanceof LoginFailure
        ? error
        : error instanceof PgError
          ? new LoginFailure(error, kindOf(error))
          : undefined;
    if (failure === undefined) return error;
    bastion.breaker.failed(lane.key, failure.kind, failure.error);
    bastion.loginEnded(failure.kind);
    this.board.failed(lane.id, lane.name, failure.error);
    this.#changed(lane);
    return failure;
  }

  /** A connected socket to the bastion: TCP, or a channel of the tunnel that leads there. @throws PgError. */
  async #reach(
    definition: TunnelDefinition,
    definitions: TunnelDefinitions,
    reports: StageReport[],
    options: { readonly signal: AbortSignal; readonly fresh: boolean },
  ): Promise<SessionSocket> {
    const target = bastionLabel(definition);
    if (definition.through !== null) {
      this.#refuseEndlessWay(definition, definitions);
      const socket = new ForwardSocket(definition.host, definition.port);
      const onAbort = () => socket.destroy();
      options.signal.addEventListener('abort', onAbort, { once: true });
      try {
        await this.forward(socket, definition.through, definitions, options);
        return socket;
      } finally {
        options.signal.removeEventListener('abort', onAbort);
        reports.push(...socket.reports);
      }
    }
    const addresses = await reported(
      reports,
      {
        stage: 'bastion.resolve',
        target,
        detail: (found: readonly { address: string }[]) => found.map((a) => a.address).join(', '),
      },
      () =>
        resolveHost(definition.host, target, 'bastion.resolve', {
          timeoutMs: this.#timeouts.resolveMs,
          signal: options.signal,
        }),
    );
    const lists = this.#options.targets();
    const refusals = addresses.map((entry) => targetRefusal(entry.address, definition.ownerIsSuperuser, lists));
    const allowed = addresses.filter((_, index) => refusals[index] === undefined);
    if (allowed.length === 0) throw policyRefused(target, refusals[0] ?? 'it has no address');
    return reported(
      reports,
      {
        stage: 'bastion.connect',
        target,
        detail: (socket: { remoteAddress?: string | undefined; localAddress?: string | undefined }) =>
          `${socket.localAddress} to ${socket.remoteAddress}`,
      },
      () =>
        connectTcp(allowed, definition.port, {
          target,
          stage: 'bastion.connect',
          timeoutMs: this.#timeouts.connectMs,
          signal: options.signal,
          bindAddress: (family) => this.#egress.bindAddress(family),
        }),
    );
  }

  #refuseEndlessWay(definition: TunnelDefinition, definitions: TunnelDefinitions): void {
    const seen = new Set([definition.id]);
    for (let next = definition.through; next !== null; next = definitions.get(next).through) {
      if (seen.has(next) || seen.size >= hopsMax) {
        throw connectFailed({
          stage: 'policy',
          message: seen.has(next)
            ? `tunnel "${definition.name}" leads through itself`
            : `tunnel "${definition.name}" leads through more than ${hopsMax} bastions`,
        });
      }
      seen.add(next);
    }
  }

  // Channels

  async #open(socket: ForwardSocket, session: Session, signal: AbortSignal): Promise<void> {
    const target = address(socket.remoteAddress, socket.remotePort);
    const clock = startClock(socket.reports, `${target} through ${bastionLabel(session.facts)}`);
    const deadline = AbortSignal.timeout(this.#timeouts.openMs);
    const opening = socket.openOn(session, () => clock.passed('tunnel.forward'));
    try {
      await race(opening, AbortSignal.any([deadline, signal]));
    } catch (error) {
      opening.catch(() => {});
      const failure = signal.aborted
        ? cancelled(signal)
        : deadline.aborted
          ? forwardTimedOut(session.facts, target, this.#timeouts.openMs)
          : error;
      if (!(failure instanceof OpenRefused && outOfResources(failure)) && session.alive)
        clock.failed('tunnel.forward', failure);
      throw failure;
    }
  }

  #refusal(socket: ForwardSocket, session: Session, refused: OpenRefused): PgError {
    return forwardRefused(session.facts, address(socket.remoteAddress, socket.remotePort), refused);
  }

  // Lanes and bastions

  #lane(id: TunnelId, definitions: TunnelDefinitions, known?: TunnelDefinition): Lane {
    const generation = definitions.generation(id);
    const key = `${id} ${generation}`;
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      const { name, host, port } = known ?? definitions.get(id);
      lane = new Lane({
        key,
        id,
        name,
        bastion: { host, port },
        timeouts: this.#timeouts,
        log: this.#options.log,
        changed: () => this.#lanes.get(key) !== undefined && this.#changed(this.#lanes.get(key) as Lane),
      });
      this.#lanes.set(key, lane);
      if (this.#closed) lane.close();
    }
    lane.revive();
    return lane;
  }

  #lanesOf(id: TunnelId): readonly Lane[] {
    return [...this.#lanes.values()].filter((lane) => lane.id === id);
  }

  #bastionOf(where: BastionAddress): Bastion {
    const key = address(where.host.toLowerCase(), where.port);
    let bastion = this.#bastions.get(key);
    if (bastion === undefined) {
      bastion = new Bastion(this.#timeouts.validationGapMs);
      this.#bastions.set(key, bastion);
    }
    return bastion;
  }

  #isProven(lane: Lane): boolean {
    return this.#options.observations.lastWinner(lane.id) !== undefined;
  }

  async #waiting(lane: Lane, wait: () => Promise<void>): Promise<void> {
    lane.waiting += 1;
    this.#changed(lane);
    try {
      await wait();
    } finally {
      lane.waiting -= 1;
      this.#changed(lane);
    }
  }

  #aborted(signal: AbortSignal, lane: Lane): PgError {
    if (signal.aborted) return cancelled(signal);
    return lane.closed.reason as PgError;
  }

  #changed(lane: Lane): void {
    this.board.update(lane.id, lane.name, this.#lanesOf(lane.id));
  }

  /** Lanes of former definitions go when their last session has gone. */
  #sweep(): void {
    for (const [key, lane] of this.#lanes) if (lane.draining && lane.unused) this.#lanes.delete(key);
  }
}

/** The steps of a failed login, for the dials that shared it. */
const lastSteps = new WeakMap<Error, readonly StageReport[]>();

const countDraining = (lane: Lane): number => [...lane.sessions].filter((session) => session.draining).length;

/** sshd without free file descriptors answers this, and the same reason with another text when the target cannot be reached. */
const outOfResources = (refused: OpenRefused): boolean => refused.reason === 2 && refused.text === 'open failed';

function orderKeys(definition: TunnelDefinition, lastWinner: string | undefined): readonly TunnelKey[] {
  return definition.keys.toSorted(
    (a, b) => Number(b.fingerprint === lastWinner) - Number(a.fingerprint === lastWinner) || a.slot - b.slot,
  );
}

/** Failures before SSH: the bastion is away, or it was us. */
function kindOf(error: PgError): 'down' | 'ours' {
  if (error.stage === 'policy' || codeOf(error.cause) === 'EADDRNOTAVAIL') return 'ours';
  return 'down';
}
