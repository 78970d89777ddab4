import type { Duplex } from 'node:stream';
import type { AuthenticatedStream } from '../connections/index.ts';
import { PgError, type StageReport } from '../errors/index.ts';
import { Bridge, type BridgeEnd } from './bridge.ts';
import type { RelayRequest, RelayState } from './contract.ts';
import { EarlyInput } from './early-input.ts';
import { hopLost, notOpenedInTime, openFailed } from './errors.ts';
import { fatal, startAnswer } from './start-answer.ts';
import { forwardedStart } from './startup-parameters.ts';

/** How long a server may take to notice that its client has gone. */
const lingerMs = 2_000;
const cancelTimeoutMs = 10_000;

/** How a relay ended, for the history. */
export interface RelayEnd {
  readonly by: 'client' | 'server' | 'us';
  readonly error?: PgError | undefined;
}

/** One client and its server, from the client's login to the end of either. */
export class Relay {
  readonly request: RelayRequest;
  readonly openedAtMs = performance.now();
  state: RelayState = 'connecting';
  #server: AuthenticatedStream | undefined;
  #bridge: Bridge | undefined;
  /** Aborted when the relay ends before it is open, with the reason. */
  readonly #opening = new AbortController();
  #wake: () => void = () => {};
  #endedByUs: PgError | undefined;
  #cancelsAsked = 0;

  constructor(request: RelayRequest) {
    this.request = request;
  }

  get bytesFromClient(): number {
    return this.#bridge?.bytesFromClient ?? 0;
  }

  get bytesFromServer(): number {
    return this.#bridge?.bytesFromServer ?? 0;
  }

  get serverProcessId(): number | null {
    return this.#server?.processId ?? null;
  }

  /** Whether the client waits for an answer. */
  get busy(): boolean {
    return this.#bridge?.busy ?? true;
  }

  /** Ends it with this error, which the client reads if the protocol has room for it. */
  end(error: PgError): void {
    this.#endedByUs ??= error;
    this.#opening.abort(error);
    this.#wake();
  }

  /** The client will not read what comes of opening; once it is open, this is seen anyway. */
  clientGone(): void {
    this.#opening.abort(new ClientGone());
  }

  /** Passes a CancelRequest on: one at a time, and one more for all that come meanwhile. */
  cancel(): void {
    this.#cancelsAsked += 1;
    if (this.#cancelsAsked === 1) void this.#sendCancels();
  }

  /** Logs in to the server. @throws PgError FATAL, told in our words; undefined when it is the client who gave up */
  async open(client: Duplex, connectTimeoutMs: number): Promise<void> {
    const { request } = this;
    const { parameters } = forwardedStart(request.parameters, request.role.name);
    const reports: StageReport[] = [];
    const early = new EarlyInput(client, () => this.clientGone());
    const deadline = setTimeout(
      () => this.end(notOpenedInTime(request.connection, connectTimeoutMs)),
      connectTimeoutMs === 0 ? 2 ** 31 - 1 : connectTimeoutMs,
    );
    try {
      const onReport = (report: StageReport): void => void reports.push(report);
      this.#server = await request.open({ parameters, onReport, signal: this.#opening.signal });
      this.#opening.signal.throwIfAborted();
    } catch (error) {
      this.#server?.stream.destroy();
      if (this.#endedByUs !== undefined) throw this.#endedByUs;
      if (this.#opening.signal.aborted) throw this.#opening.signal.reason;
      throw error instanceof PgError ? openFailed(error, reports, request.connection) : error;
    } finally {
      clearTimeout(deadline);
      early.giveBack();
    }
  }

  /** Moves bytes until one side ends or {@link end} is called. Never throws. */
  async run(client: Duplex): Promise<RelayEnd> {
    const server = this.#server as AuthenticatedStream;
    const { notice } = forwardedStart(this.request.parameters, this.request.role.name);
    client.write(startAnswer(this.request, server, notice));
    this.state = 'open';
    const bridge = new Bridge(client, server.stream);
    this.#bridge = bridge;
    const told = new Promise<'us'>((resolve) => {
      this.#wake = () => resolve('us');
    });
    if (this.#endedByUs !== undefined) this.#wake();
    const end = await Promise.race([bridge.ended, told]);
    this.state = 'closing';
    bridge.stop();
    return this.#close(client, server, bridge, end);
  }

  async #sendCancels(): Promise<void> {
    while (this.#cancelsAsked > 0) {
      this.#cancelsAsked = 1;
      await this.#server?.cancel(AbortSignal.timeout(cancelTimeoutMs)).catch(() => {});
      this.#cancelsAsked -= 1;
    }
  }

  #close(client: Duplex, server: AuthenticatedStream, bridge: Bridge, end: BridgeEnd | 'us'): RelayEnd {
    const by = end === 'us' ? 'us' : end.by;
    const error = end === 'us' ? this.#endedByUs : lossOf(end, bridge, this.request);
    if (error !== undefined && bridge.boundaries.between && client.writable) client.write(fatal(error));
    client.end();
    if (by === 'server') {
      server.stream.destroy();
    } else {
      // Who left without a word waits for no answer: the server is not to work on for nobody.
      if (bridge.busy && !bridge.terminated) this.cancel();
      closeSoon(server.stream);
    }
    return { by, error };
  }
}

/** The client left before it was answered. */
export class ClientGone extends Error {}

/** What there is to say about a server that has gone: nothing if it said so itself, or if the client had taken its leave. */
function lossOf({ by, error }: BridgeEnd, bridge: Bridge, { connection }: RelayRequest): PgError | undefined {
  if (by === 'client' || bridge.terminated || bridge.boundaries.failed) return undefined;
  return hopLost(error, connection);
}

/** Sends what is written and closes; destroys what does not close by itself. */
function closeSoon(stream: Duplex): void {
  if (stream.closed) return;
  stream.resume().end();
  const timer = setTimeout(() => stream.destroy(), lingerMs);
  stream.once('close', () => clearTimeout(timer));
}
