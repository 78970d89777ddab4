import type { PgError } from '../errors/index.ts';
import type { Log } from '../telemetry/index.ts';
import type { TunnelChannel, TunnelId, TunnelObservations, TunnelState, TunnelStatus } from './contract.ts';
import type { Lane } from './lane.ts';
import type { Session } from './session.ts';

interface Entry {
  name: string;
  state: TunnelState;
  since: Date;
  lastError: PgError | undefined;
  /** The last thing that happened was a failure. */
  failing: boolean;
}

/** State of each tunnel: told to the observations and the log when it changes, not at each retry. */
export class StatusBoard {
  readonly #observations: TunnelObservations;
  readonly #log: Log;
  readonly #entries = new Map<TunnelId, Entry>();

  constructor(observations: TunnelObservations, log: Log) {
    this.#observations = observations;
    this.#log = log;
  }

  failed(id: TunnelId, name: string, error: PgError): void {
    const entry = this.#entry(id, name);
    entry.lastError = error;
    entry.failing = true;
  }

  cleared(id: TunnelId): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) entry.failing = false;
  }

  /** The error that it fails with at present. */
  lastFailure(id: TunnelId): PgError | undefined {
    const entry = this.#entries.get(id);
    return entry?.failing === true ? entry.lastError : undefined;
  }

  forget(id: TunnelId): void {
    this.#entries.delete(id);
  }

  update(id: TunnelId, name: string, lanes: readonly Lane[]): void {
    const entry = this.#entry(id, name);
    const state = stateOf(lanes, entry.failing);
    if (state === entry.state) return;
    // A retry on the way from one failure to the next is no news.
    if (entry.failing && state === 'connecting') return;
    entry.state = state;
    entry.since = new Date();
    const error = state === 'failed' || state === 'waiting' ? entry.lastError : undefined;
    const cause = error === undefined ? {} : { error: error.message, stage: error.stage, hint: error.hint };
    this.#observations.tunnelChanged(id, { state, ...cause });
    const fields = { tunnelId: id, tunnel: name, ...cause };
    if (error === undefined) this.#log.info(fields, `tunnel ${state}`);
    else this.#log.warn(fields, `tunnel ${state}`);
  }

  statuses(lanes: Iterable<Lane>): readonly TunnelStatus[] {
    const byTunnel = group(lanes);
    return [...this.#entries].map(([id, entry]) => toStatus(id, entry, byTunnel.get(id) ?? []));
  }

  #entry(id: TunnelId, name: string): Entry {
    let entry = this.#entries.get(id);
    if (entry === undefined) {
      entry = { name, state: 'idle', since: new Date(), lastError: undefined, failing: false };
      this.#entries.set(id, entry);
    }
    return entry;
  }
}

function stateOf(lanes: readonly Lane[], failing: boolean): TunnelState {
  const sessions = lanes.flatMap((lane) => [...lane.sessions]);
  if (sessions.some((session) => session.alive && !session.draining)) return 'connected';
  if (lanes.some((lane) => lane.waiting > 0)) return 'waiting';
  if (lanes.some((lane) => lane.connecting !== undefined)) return 'connecting';
  if (sessions.some((session) => session.alive)) return 'draining';
  return failing ? 'failed' : 'idle';
}

function group(lanes: Iterable<Lane>): Map<TunnelId, Lane[]> {
  const groups = new Map<TunnelId, Lane[]>();
  for (const lane of lanes) {
    const known = groups.get(lane.id);
    if (known === undefined) groups.set(lane.id, [lane]);
    else known.push(lane);
  }
  return groups;
}

function toStatus(id: TunnelId, entry: Entry, lanes: readonly Lane[]): TunnelStatus {
  const sessions = lanes.flatMap((lane) => [...lane.sessions]);
  const newest = sessions.reduce<Session | undefined>(
    (best, session) => (best === undefined || session.number > best.number ? session : best),
    undefined,
  );
  const sum = (count: (session: Session) => number) => sessions.reduce((total, session) => total + count(session), 0);
  return {
    id,
    state: entry.state,
    since: entry.since.toISOString(),
    sessions: sessions.length,
    channels: sum((session) => session.channels.size),
    bytesRead: sum((session) => session.channels.bytesRead),
    bytesWritten: sum((session) => session.channels.bytesWritten),
    bufferedBytes: sum((session) => session.channels.unreadBytes),
    sessionAgeSeconds: newest === undefined ? null : (Date.now() - newest.openedAtMs) / 1000,
    roundTripMs: newest?.roundTripMs ?? null,
    keyFingerprint: newest?.facts.key.fingerprint ?? null,
    hostKeyFingerprint: newest?.facts.hostKey.fingerprint ?? null,
    serverVersion: newest?.facts.serverVersion ?? null,
    lastError: entry.lastError?.message ?? null,
    lastErrorStage: entry.lastError?.stage ?? null,
    lastErrorHint: entry.lastError?.hint ?? null,
  };
}

/** Live channels of a lane, newest sessions' too. */
export function channelsOf(lane: Lane): readonly TunnelChannel[] {
  return [...lane.sessions].flatMap((session) =>
    [...session.channels.channels()].map((channel) => ({
      tunnelId: lane.id,
      session: session.number,
      channel: channel.localId,
      host: channel.host,
      port: channel.port,
      state: channel.opening ? ('opening' as const) : ('open' as const),
      openedAt: new Date(Date.now() - (performance.now() - channel.openedAtMs)).toISOString(),
      bytesRead: channel.bytesRead,
      bytesWritten: channel.bytesWritten,
      bufferedBytes: channel.countedUnread,
    })),
  );
}
