import { timingSafeEqual } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { PgError } from '../errors/index.ts';
import type { Observations } from '../observations/index.ts';
import type { Log, Metrics } from '../telemetry/index.ts';
import type { RelayLimits, RelayRequest, RelayStatus, Relays } from './contract.ts';
import { ended, tooManyRelays } from './errors.ts';
import { createRelayMetrics, type RelayMetrics } from './metrics.ts';
import { ClientGone, Relay, type RelayEnd } from './relay.ts';
import { TimeLimits } from './time-limits.ts';

export interface RelaysOptions {
  readonly limits: RelayLimits;
  readonly observations: Observations;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly now: () => Date;
}

export function createRelays(options: RelaysOptions): Relays {
  return new OpenRelays(options);
}

class OpenRelays implements Relays {
  readonly #options: RelaysOptions;
  readonly #relays = new Map<Relay, { readonly since: string }>();
  readonly #byProcess = new Map<number, Relay>();
  readonly #metrics: RelayMetrics;
  readonly #times: TimeLimits;
  #draining = false;
  #onEmpty: () => void = () => {};

  constructor(options: RelaysOptions) {
    this.#options = options;
    this.#times = new TimeLimits(options.limits, () => this.#relays.keys());
    this.#metrics = createRelayMetrics(options.metrics, () => this.#relays.keys());
  }

  async serve(request: RelayRequest, client: Duplex): Promise<void> {
    this.#admit(request);
    const relay = new Relay(request);
    const onAbort = (): void => {
      const reason = request.signal.reason as PgError;
      if (reason.condition === 'connection_failure') relay.clientGone();
      else relay.end(reason);
    };
    request.signal.addEventListener('abort', onAbort, { once: true });
    this.#add(relay);
    if (request.signal.aborted) onAbort();
    try {
      if (await this.#open(relay, client)) this.#closed(relay, await relay.run(client));
    } finally {
      request.signal.removeEventListener('abort', onAbort);
      this.#remove(relay);
    }
  }

  cancel({ processId, secret }: { readonly processId: number; readonly secret: Uint8Array }): void {
    const relay = this.#byProcess.get(processId);
    const own = relay?.request.key.secret;
    if (own !== undefined && own.length === secret.length && timingSafeEqual(own, secret)) relay?.cancel();
  }

  recheck(): void {
    for (const relay of this.#relays.keys()) {
      const refusal = relay.request.refusal();
      if (refusal !== undefined) relay.end(ended(refusal.message, refusal.hint));
    }
  }

  statuses(): readonly RelayStatus[] {
    return [...this.#relays].map(([relay, { since }]) => ({
      processId: relay.request.key.processId,
      role: relay.request.role.name,
      connectionId: relay.request.connection.id,
      clientAddress: relay.request.client.address,
      since,
      state: relay.state,
      bytesFromClient: relay.bytesFromClient,
      bytesFromServer: relay.bytesFromServer,
      serverProcessId: relay.serverProcessId,
    }));
  }

  async drain(graceMs: number): Promise<void> {
    this.#draining = true;
    if (this.#relays.size === 0) return;
    const empty = new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
    const timer = setTimeout(() => {
      for (const relay of this.#relays.keys()) relay.end(ended('the server shuts down'));
    }, graceMs);
    await empty;
    clearTimeout(timer);
  }

  /** @throws PgError FATAL 53300, 57P01, or what the catalog has against it */
  #admit(request: RelayRequest): void {
    if (this.#draining) throw ended('the server shuts down');
    const refusal = request.refusal();
    if (refusal !== undefined) throw refusal;
    const { role, connection } = request;
    if (role.superuser) return;
    const { perConnectionMax, perRoleMax } = this.#options.limits;
    if (perConnectionMax > 0 && this.#count((one) => one.connection.id === connection.id) >= perConnectionMax) {
      throw tooManyRelays(`too many clients of connection "${connection.name}"`);
    }
    if (perRoleMax > 0 && this.#count((one) => one.role.name === role.name) >= perRoleMax) {
      throw tooManyRelays(`role "${role.name}" uses too many connections`);
    }
  }

  #count(matches: (request: RelayRequest) => boolean): number {
    let count = 0;
    for (const relay of this.#relays.keys()) if (matches(relay.request)) count += 1;
    return count;
  }

  #add(relay: Relay): void {
    this.#relays.set(relay, { since: this.#options.now().toISOString() });
    this.#byProcess.set(relay.request.key.processId, relay);
    this.#times.started();
  }

  #remove(relay: Relay): void {
    this.#relays.delete(relay);
    this.#byProcess.delete(relay.request.key.processId);
    if (this.#relays.size > 0) return;
    this.#times.stopped();
    this.#onEmpty();
  }

  /** False when the client left meanwhile. @throws PgError FATAL */
  async #open(relay: Relay, client: Duplex): Promise<boolean> {
    try {
      await relay.open(client, this.#options.limits.connectTimeoutMs);
    } catch (error) {
      this.#failed(relay, error);
      if (error instanceof ClientGone) return false;
      throw error;
    }
    const durationMs = performance.now() - relay.openedAtMs;
    this.#metrics.opened(durationMs);
    this.#options.log.info({ ...this.#fields(relay), durationMs }, 'relay opened');
    this.#note(relay, 'opened', null);
    return true;
  }

  #failed(relay: Relay, error: unknown): void {
    const gone = error instanceof ClientGone;
    this.#metrics.failed(gone ? 'client-gone' : 'failed');
    const cause = error instanceof PgError ? error.cause : undefined;
    const said = cause instanceof Error ? cause.message : undefined;
    const { code, stage } = error instanceof PgError ? error : { code: undefined, stage: undefined };
    this.#options.log.info({ ...this.#fields(relay), code, stage, said }, 'relay not opened');
    this.#note(relay, 'failed', gone ? 'the client left' : error instanceof PgError ? error.message : 'internal error');
  }

  #closed(relay: Relay, { by, error }: RelayEnd): void {
    const { bytesFromClient, bytesFromServer } = relay;
    this.#metrics.closed(by, bytesFromClient, bytesFromServer);
    const fields = { ...this.#fields(relay), by, code: error?.code, bytesFromClient, bytesFromServer };
    this.#options.log.info(fields, 'relay closed');
    this.#note(relay, 'closed', error?.message ?? `the ${by} left`);
  }

  #fields({ request, serverProcessId }: Relay) {
    const { connection, role, client, key } = request;
    return {
      connectionId: connection.id,
      role: role.name,
      address: client.address,
      processId: key.processId,
      serverProcessId,
    };
  }

  #note(relay: Relay, event: 'opened' | 'failed' | 'closed', reason: string | null): void {
    const { connection, role, client, key } = relay.request;
    this.#options.observations.relayed({
      event,
      processId: key.processId,
      connectionId: connection.id,
      connectionName: connection.fullName,
      role: role.name,
      clientAddress: client.address,
      serverProcessId: relay.serverProcessId,
      durationMs: Math.round(performance.now() - relay.openedAtMs),
      bytesFromClient: relay.bytesFromClient,
      bytesFromServer: relay.bytesFromServer,
      reason,
    });
  }
}
