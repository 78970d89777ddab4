import type { PgError, StageReport } from '../errors/index.ts';
import type { TunnelDefinition, TunnelDefinitions, TunnelId } from './contract.ts';
import { address, bastionLabel, cancelled, LoginFailure, notYet, timedOut, tooManyChannels } from './errors.ts';
import type { Egress } from './egress.ts';
import { ForwardSocket } from './forward-socket.ts';
import { type Connected, Lane, sessionsPerTunnelMax } from './lane.ts';
import type { LoginResult } from './login.ts';
import { HeldUp, hopsMax, type LoginAttempt, Logins } from './logins.ts';
import { createTunnelMetrics, type TunnelMetrics } from './metrics.ts';
import { explained, isOutOfResources, Opens } from './opens.ts';
import type { TunnelsOptions } from './options.ts';
import type { Session } from './session.ts';
import { startClock } from './stages.ts';
import { StatusBoard } from './status.ts';
import { race } from './tcp.ts';
import type { TunnelTimeouts } from './timeouts.ts';
import { Until } from './until.ts';

export interface ForwardOptions {
  readonly signal: AbortSignal;
  readonly fresh: boolean;
  /** Makes a fresh login where others would have to wait for the breaker. */
  readonly pressing?: boolean | undefined;
  /** How long to wait for a bastion that is away; 0: one try. The dial's own time unless stated. */
  readonly patienceMs?: number | undefined;
}

interface Dialling {
  readonly definitions: TunnelDefinitions;
  readonly reports: StageReport[];
  /** The dial's own signal. */
  readonly signal: AbortSignal;
  /** Until then it waits for a bastion that is away. */
  readonly deadlineAtMs: number;
  /** Sessions that had no room for it. */
  readonly full: Set<Session>;
}

/** All sessions of the process, by tunnel and generation, and the way of a dial to one of them. */
export class Pool {
  readonly board: StatusBoard;
  readonly #options: TunnelsOptions;
  readonly #timeouts: TunnelTimeouts;
  readonly #logins: Logins;
  readonly #metrics: TunnelMetrics;
  readonly #opens: Opens;
  readonly #lanes = new Map<string, Lane>();
  /** Sessions of validations: no dial but their own uses them. */
  readonly #freshSessions = new Map<Session, TunnelId>();
  readonly #lanesToTell = new Set<Lane>();
  #closed = false;

  constructor(options: TunnelsOptions, timeouts: TunnelTimeouts, egress: Egress) {
    this.#options = options;
    this.#timeouts = timeouts;
    this.board = new StatusBoard(options.observations, options.log);
    this.#metrics = createTunnelMetrics(options.metrics, () => this.#sessions());
    this.#opens = new Opens(timeouts, this.#metrics);
    this.#logins = new Logins({
      tunnels: options,
      timeouts,
      egress,
      throughJumpHost: (attempt) => this.#throughJumpHost(attempt),
      ended: (lane, failure, durationMs) => {
        this.#metrics.loginEnded(failure === undefined ? 'ok' : 'failed', durationMs);
        if (failure === undefined) this.board.cleared(lane.id);
        else this.board.failed(lane.id, lane.name, failure);
        this.#changed(lane);
      },
    });
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
    const dialling: Dialling = {
      definitions,
      reports: socket.reports,
      signal: options.signal,
      deadlineAtMs: performance.now() + (options.patienceMs ?? this.#timeouts.dialMs),
      full: new Set(),
    };
    const fresh = options.fresh || (options.pressing === true && this.#isHeldUp(id, definitions));
    for (;;) {
      const session = fresh ? await this.#freshSession(id, dialling) : await this.#session(id, dialling);
      try {
        await this.#opens.open(
          socket,
          session,
          `${id} ${address(socket.remoteAddress, socket.remotePort)}`,
          options.signal,
        );
        return;
      } catch (error) {
        if (!this.#mayTryAgain(error, session, dialling) || fresh || socket.destroyed)
          throw explained(error, socket, session);
      }
    }
  }

  /**
   * One login of its own, for VALIDATE: whatever failed before, and whatever is open. The bastion is asked about both keys, and let in
   * with one that it takes, so that asking costs no failed login. The caller closes the session.
   */
  async validate(
    definition: TunnelDefinition,
    definitions: TunnelDefinitions,
    options: { readonly reports: StageReport[]; readonly signal: AbortSignal },
  ): Promise<LoginResult> {
    const keys = this.#logins.keysOf(definition);
    const attempt = { definition, definitions, keys, askAll: true, fresh: true, ...options };
    try {
      return await this.#freshLogin(attempt);
    } catch (error) {
      const taken = error instanceof LoginFailure ? keys.filter((key) => error.asked.get(key.slot) === true) : [];
      if (taken.length === 0 || !(error instanceof LoginFailure)) throw error;
      // The question about the other key used up the tries that the bastion allows (MaxAuthTries 1).
      const { session } = await this.#freshLogin({ ...attempt, keys: taken, askAll: false });
      return { session, accepted: error.asked };
    }
  }

  *#sessions(): Generator<Session> {
    for (const lane of this.#lanes.values()) yield* lane.sessions;
    yield* this.#freshSessions.keys();
  }

  definitionChanged(id: TunnelId): void {
    this.#logins.forget(id);
    for (const lane of this.#lanesOf(id)) lane.drain();
  }

  dropped(id: TunnelId): void {
    for (const [session, owner] of this.#freshSessions) if (owner === id) session.close('the tunnel was dropped');
    for (const lane of this.#lanesOf(id)) {
      this.#lanes.delete(lane.key);
      lane.close();
    }
    this.#logins.forget(id);
    this.board.forget(id);
  }

  close(): void {
    this.#closed = true;
    for (const session of this.#freshSessions.keys()) session.close('the server stops');
    for (const lane of this.#lanes.values()) lane.close();
    this.#lanes.clear();
  }

  // A session for a dial

  async #session(id: TunnelId, dialling: Dialling): Promise<Session> {
    const clock = startClock(dialling.reports, bastionLabel(this.#lane(id, dialling.definitions).bastion));
    for (;;) {
      // Looked up again each time: the definition may have changed while the dial waited.
      const lane = this.#lane(id, dialling.definitions);
      if (dialling.signal.aborted || lane.closed.aborted) throw aborted(dialling.signal, lane);
      const session = lane.pick(dialling.full);
      if (session !== undefined) {
        if (lane.wantsMore(session)) this.#connect(lane, dialling.definitions).catch(() => {});
        clock.passed('tunnel.session', `session ${session.number}, key ${session.facts.key.slot}`, 'reused');
        return session;
      }
      if (lane.isFull) throw tooManyChannels(lane.bastion);
      const made = await this.#newSession(lane, dialling);
      if (made !== undefined) return made;
    }
  }

  /** Waits for the login under way, or starts one as soon as the bastion may be tried. Undefined: look again. */
  async #newSession(lane: Lane, dialling: Dialling): Promise<Session | undefined> {
    const leftMs = dialling.deadlineAtMs - performance.now();
    // A dial without patience still lets one login run to its own end.
    using until = new Until([dialling.signal, lane.closed], leftMs > 0 ? leftMs : loginMsMax(this.#timeouts));
    const own = lane.connecting === undefined;
    try {
      if (own && (await this.#heldUp(lane, dialling, until.signal))) return undefined;
      const { session, steps } = await race(this.#connect(lane, dialling.definitions), until.signal);
      // Others tell of the session they were given when they look again.
      if (!own) return undefined;
      dialling.reports.push(...steps);
      return session.hasRoom ? session : undefined;
    } catch (error) {
      if (until.timedOut) throw this.#tooLate(lane);
      if (until.signal.aborted) throw aborted(dialling.signal, lane);
      if (error instanceof HeldUp) return undefined;
      if (!(error instanceof FailedConnect)) throw error;
      if (lane.key !== laneKey(lane.id, dialling.definitions)) {
        // What failed is defined otherwise by now: the keys were rotated, or a mistake was mended.
        this.#logins.forget(lane.id);
        return undefined;
      }
      const obstacle = this.#obstacle(lane);
      const worthWaiting = error.failure.kind !== 'ours';
      if (worthWaiting && obstacle !== undefined && obstacle.retryAtMs <= dialling.deadlineAtMs) return undefined;
      dialling.reports.push(...error.steps);
      throw error.failure.error;
    }
  }

  /** The login under way takes longer than the dial may. What went wrong before says more than that. */
  #tooLate(lane: Lane): PgError {
    const { dialMs } = this.#timeouts;
    return this.board.lastFailure(lane.id) ?? timedOut('bastion.connect', bastionLabel(lane.bastion), dialMs);
  }

  /** Waits while the bastion is not to be tried; false when there is nothing to wait for. @throws PgError when that would take too long. */
  async #heldUp(lane: Lane, dialling: Dialling, signal: AbortSignal): Promise<boolean> {
    const obstacle = this.#obstacle(lane);
    if (obstacle === undefined) return false;
    const now = performance.now();
    if (obstacle.retryAtMs > dialling.deadlineAtMs) {
      throw notYet(obstacle.error, now - obstacle.failedAtMs, obstacle.retryAtMs - now);
    }
    lane.waiting += 1;
    this.#changed(lane);
    try {
      await this.#logins.bastion(lane.bastion).waitUntil(obstacle.retryAtMs, signal);
    } finally {
      lane.waiting -= 1;
      this.#changed(lane);
    }
    return true;
  }

  /** No session is there, and a new one may not be made yet, on this bastion or on one of those before it. */
  #isHeldUp(id: TunnelId, definitions: TunnelDefinitions, depth = 0): boolean {
    const lane = this.#lane(id, definitions);
    if (lane.pick(new Set()) !== undefined) return false;
    if (this.#obstacle(lane) !== undefined) return true;
    const { through } = definitions.get(id);
    return through !== null && depth < hopsMax && this.#isHeldUp(through, definitions, depth + 1);
  }

  #obstacle(lane: Lane) {
    const proven = this.#options.observations.lastWinner(lane.id) !== undefined;
    return this.#logins.bastion(lane.bastion).breaker.obstacle(lane.key, proven);
  }

  /** The login under way, or a new one: never two at once for one lane. @throws FailedConnect. */
  #connect(lane: Lane, definitions: TunnelDefinitions): Promise<Connected> {
    if (lane.connecting !== undefined) return lane.connecting;
    const connecting = this.#connectOnce(lane, definitions).finally(() => {
      lane.connecting = undefined;
      this.#changed(lane);
    });
    lane.connecting = connecting;
    this.#changed(lane);
    return connecting;
  }

  async #connectOnce(lane: Lane, definitions: TunnelDefinitions): Promise<Connected> {
    const definition = definitions.get(lane.id);
    const steps: StageReport[] = [];
    try {
      const { session } = await this.#logins.attempt(lane, {
        definition,
        definitions,
        keys: this.#logins.keysOf(definition),
        askAll: false,
        reports: steps,
        signal: lane.closed,
        fresh: false,
      });
      lane.adopt(session);
      session.onEnd((error) => {
        if (error !== undefined) this.#metrics.sessionLost();
      });
      return { session, steps };
    } catch (error) {
      throw error instanceof LoginFailure ? new FailedConnect(error, steps) : error;
    }
  }

  async #freshSession(id: TunnelId, dialling: Dialling): Promise<Session> {
    const { definitions, reports, signal } = dialling;
    const definition = definitions.get(id);
    const keys = this.#logins.keysOf(definition);
    try {
      const attempt = { definition, definitions, keys, askAll: false, reports, signal, fresh: true };
      const { session } = await this.#freshLogin(attempt);
      // It ends with the one channel that it was made for.
      session.onEmpty(() => session.close());
      return session;
    } catch (error) {
      throw error instanceof LoginFailure ? error.error : error;
    }
  }

  async #freshLogin(attempt: LoginAttempt): Promise<LoginResult> {
    const { id } = attempt.definition;
    const lane = this.#lane(id, attempt.definitions, attempt.definition);
    const result = await this.#logins
      .bastion(lane.bastion)
      .validating(attempt.signal, () => this.#logins.attempt(lane, attempt));
    this.#freshSessions.set(result.session, id);
    result.session.onEnd(() => this.#freshSessions.delete(result.session));
    return result;
  }

  async #throughJumpHost(attempt: LoginAttempt): Promise<ForwardSocket> {
    const { definition, definitions, signal, fresh } = attempt;
    const socket = new ForwardSocket(definition.host, definition.port);
    const onAbort = () => socket.destroy();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await this.forward(socket, definition.through ?? '', definitions, { signal, fresh, patienceMs: 0 });
      return socket;
    } catch (error) {
      socket.destroy();
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
      attempt.reports.push(...socket.reports);
    }
  }

  /** After a failed open: another session may have room, or the session died before anything was sent. */
  #mayTryAgain(error: unknown, session: Session, dialling: Dialling): boolean {
    if (dialling.signal.aborted || performance.now() >= dialling.deadlineAtMs) return false;
    if (!isOutOfResources(error, session)) return !session.alive;
    dialling.full.add(session);
    return dialling.full.size < sessionsPerTunnelMax;
  }

  // Lanes

  #lane(id: TunnelId, definitions: TunnelDefinitions, known?: TunnelDefinition): Lane {
    const key = laneKey(id, definitions);
    const lane = this.#lanes.get(key) ?? this.#newLane(key, known ?? definitions.get(id));
    lane.revive();
    return lane;
  }

  #newLane(key: string, definition: TunnelDefinition): Lane {
    const { id, name, host, port, through } = definition;
    const lane: Lane = new Lane({
      key,
      id,
      name,
      bastion: { host, port, through },
      timeouts: this.#timeouts,
      log: this.#options.log,
      changed: () => this.#changed(lane),
    });
    if (this.#closed) lane.close();
    else this.#lanes.set(key, lane);
    return lane;
  }

  #lanesOf(id: TunnelId): readonly Lane[] {
    return [...this.#lanes.values()].filter((lane) => lane.id === id);
  }

  /** Tells the state once this turn of the loop is over: what passes within it is no state. */
  #changed(lane: Lane): void {
    if (this.#lanesToTell.size === 0) setImmediate(() => this.#tell());
    this.#lanesToTell.add(lane);
  }

  #tell(): void {
    const lanes = [...this.#lanesToTell];
    this.#lanesToTell.clear();
    for (const lane of lanes) {
      if (this.#lanes.get(lane.key) !== lane) continue;
      // A lane is only its sessions: without any, the next use makes another.
      if (lane.unused) this.#lanes.delete(lane.key);
      this.board.update(lane.id, lane.name, this.#lanesOf(lane.id));
    }
  }
}

/** A login that many waited for failed; each tells the steps. */
class FailedConnect extends Error {
  readonly failure: LoginFailure;
  readonly steps: readonly StageReport[];

  constructor(failure: LoginFailure, steps: readonly StageReport[]) {
    super(failure.message, { cause: failure });
    this.failure = failure;
    this.steps = steps;
  }
}

const laneKey = (id: TunnelId, definitions: TunnelDefinitions): string => `${id} ${definitions.generation(id)}`;

const loginMsMax = ({ resolveMs, connectMs, handshakeMs }: TunnelTimeouts): number =>
  resolveMs + connectMs + handshakeMs;

function aborted(signal: AbortSignal, lane: Lane): PgError {
  return signal.aborted ? cancelled(signal) : (lane.closed.reason as PgError);
}
