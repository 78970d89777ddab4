import { setMaxListeners } from 'node:events';
import type { StageReport } from '../errors/index.ts';
import type { Log } from '../telemetry/index.ts';
import type { TunnelId } from './contract.ts';
import { type BastionAddress, tunnelClosed } from './errors.ts';
import type { Session } from './session.ts';
import type { TunnelTimeouts } from './timeouts.ts';

/** From this many channels on a further session is preferred; sessions beyond the limit of a tunnel are not opened. */
export const channelsPerSession = 500;
export const sessionsPerTunnelMax = 4;

export interface LaneOptions {
  readonly id: TunnelId;
  readonly name: string;
  /** Id and generation. */
  readonly key: string;
  readonly bastion: BastionAddress;
  readonly timeouts: TunnelTimeouts;
  readonly log: Log;
  readonly changed: () => void;
}

/** A new session and the steps that led to it. */
export interface Connected {
  readonly session: Session;
  readonly steps: readonly StageReport[];
}

/** The sessions of one tunnel in one generation of its definition. */
export class Lane {
  readonly id: TunnelId;
  readonly name: string;
  readonly key: string;
  readonly bastion: BastionAddress;
  readonly sessions = new Set<Session>();
  /** The login under way, shared by all who wait for it. */
  connecting: Promise<Connected> | undefined;
  /** Dials that wait for a bastion to come back. */
  waiting = 0;
  readonly #options: LaneOptions;
  readonly #closed = new AbortController();
  #draining = false;

  constructor(options: LaneOptions) {
    this.id = options.id;
    this.name = options.name;
    this.key = options.key;
    this.bastion = options.bastion;
    this.#options = options;
    setMaxListeners(0, this.#closed.signal);
  }

  /** Aborts when the tunnel is dropped or the server stops. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  get draining(): boolean {
    return this.#draining;
  }

  get channelCount(): number {
    let sum = 0;
    for (const session of this.sessions) sum += session.channels.size;
    return sum;
  }

  /** Nothing lives here and nobody waits. */
  get unused(): boolean {
    return this.sessions.size === 0 && this.connecting === undefined && this.waiting === 0;
  }

  /** The session that a new channel goes to: the emptiest that takes channels. */
  pick(avoid: ReadonlySet<Session>): Session | undefined {
    let best: Session | undefined;
    for (const session of this.sessions) {
      if (!session.hasRoom || avoid.has(session)) continue;
      if (best === undefined || loadOf(session) < loadOf(best)) best = session;
    }
    return best;
  }

  /** Every session that it may have is there, and none takes channels. */
  get isFull(): boolean {
    const usable = [...this.sessions].filter((session) => session.alive && !session.draining);
    return this.connecting === undefined && usable.length >= sessionsPerTunnelMax;
  }

  /** Whether a further session should be opened beside `best`. */
  wantsMore(best: Session): boolean {
    const usable = [...this.sessions].filter((session) => session.hasRoom).length;
    return usable < sessionsPerTunnelMax && (best.channels.size >= channelsPerSession || best.busy);
  }

  adopt(session: Session): void {
    this.sessions.add(session);
    const age = setTimeout(() => session.drain(), this.#options.timeouts.ageMs * (0.9 + 0.1 * Math.random())).unref();
    const { extraIdleMs, idleMs } = this.#options.timeouts;
    let emptySinceMs = 0;
    let idle: NodeJS.Timeout | undefined;
    const closeIfIdle = () => {
      if (session.channels.size > 0) return;
      // The last session of a tunnel stays for longer than further ones.
      const limitMs = this.sessions.size > 1 ? extraIdleMs : idleMs;
      const leftMs = emptySinceMs + limitMs - performance.now();
      if (leftMs <= 0) session.close('it was idle');
      else idle = setTimeout(closeIfIdle, leftMs).unref();
    };
    const whenEmpty = () => {
      emptySinceMs = performance.now();
      clearTimeout(idle);
      idle = setTimeout(closeIfIdle, Math.min(extraIdleMs, idleMs)).unref();
    };
    session.onEmpty(whenEmpty);
    session.onEnd((error) => {
      clearTimeout(age);
      clearTimeout(idle);
      this.sessions.delete(session);
      const fields = { tunnelId: this.id, tunnel: this.name, session: session.number };
      if (error !== undefined) this.#options.log.warn({ ...fields, error: error.message }, 'tunnel session lost');
      this.#options.changed();
    });
    whenEmpty();
    this.#options.changed();
  }

  /** Sessions take no new channels and close when empty; `revive` takes that back. */
  drain(): void {
    this.#draining = true;
    for (const session of this.sessions) session.drain();
    this.#options.changed();
  }

  revive(): void {
    if (!this.#draining) return;
    this.#draining = false;
    for (const session of this.sessions) session.undrain();
    this.#options.changed();
  }

  /** Ends all sessions, with their channels and the login under way. */
  close(): void {
    this.#closed.abort(tunnelClosed(this.name));
    for (const session of this.sessions) session.close('the tunnel was closed');
    this.sessions.clear();
  }
}

/** Busy sessions come last whatever they hold. */
function loadOf(session: Session): number {
  return session.channels.size + (session.busy ? channelsPerSession : 0);
}
