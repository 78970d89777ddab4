import type { Socket } from 'node:net';
import { flatten, PgError } from '../../errors/index.ts';
import type { Log } from '../../telemetry/index.ts';
import { login } from '../auth/login.ts';
import { authenticationOk, backendKeyData, errorResponse, parameterStatus, protocol32 } from '../codec/index.ts';
import type { CancelKey, Handler, Identity, Peer, Session, StartupParameters, Takeover } from '../handler.ts';
import type { WireLimits } from '../limits.ts';
import { connectionLost } from './client-output.ts';
import { ClientSession } from './client-session.ts';
import { type ClientStream, closeClientStream, openClientStream } from './client-stream.ts';
import { negotiate } from './negotiate.ts';
import { printable } from './printable.ts';
import type { CancelRegistry } from './registry.ts';
import { RunningCall } from './running-call.ts';

/** What all connections of a listener share. */
export interface ConnectionContext {
  readonly handler: Handler;
  readonly limits: WireLimits;
  readonly log: Log;
  readonly registry: CancelRegistry;
}

/** One connection from accept to close: negotiation, login, then a session or a takeover. */
export class Connection {
  readonly #context: ConnectionContext;
  readonly #call = new RunningCall();
  readonly #gone = new AbortController();
  #stream: ClientStream;
  #user = '';

  constructor(socket: Socket, peer: Peer, context: ConnectionContext) {
    this.#context = context;
    this.#stream = openClientStream(socket, peer, context.limits);
    socket.on('error', (error) => this.#lose(error));
  }

  /** Serves until the connection is closed. Never throws. */
  async serve(): Promise<void> {
    try {
      await this.#serve();
    } catch (error) {
      this.#sayFatal(flatten(error));
    } finally {
      this.#gone.abort(connectionLost());
      await closeClientStream(this.#stream);
    }
  }

  /** Ends the connection with `error` (FATAL) when the statement that runs, if any, has ended. */
  shutdown(error: PgError): void {
    this.#stream.input.interrupt(error);
  }

  /** Ends the statement that runs. */
  abort(error: PgError): void {
    this.#gone.abort(error);
    this.#call.abort(error);
  }

  destroy(): void {
    this.#stream.socket.destroy();
  }

  async #serve(): Promise<void> {
    const startup = await this.#admit();
    if (startup === null) return;
    const { identity, parameters } = startup;
    const secretBytes = parameters.protocolVersion >= protocol32 ? 32 : 4;
    const cancel = { now: () => this.#call.cancel() };
    using issued = this.#context.registry.issue(secretBytes, () => cancel.now());
    const { handler } = this.#context;
    const entered = await handler.enter(parameters, identity, issued.key, this.#gone.signal);
    if ('takeover' in entered) {
      cancel.now = () => handler.cancel(issued.key);
      await this.#handOver(entered);
    } else await this.#serveSession(entered, issued.key);
  }

  /** Negotiation and login, within the login deadline. Null when there is nothing to serve. */
  async #admit(): Promise<{ parameters: StartupParameters; identity: Identity } | null> {
    const timer = setTimeout(() => this.shutdown(loginTimedOut()), this.#context.limits.loginTimeoutMs);
    try {
      const negotiated = await negotiate(this.#stream, this.#context);
      if (negotiated === null) return null;
      this.#stream = negotiated.stream;
      this.#user = negotiated.parameters.user;
      this.#stream.input.onEnd(() => this.#lose());
      const identity = await login(this.#stream, negotiated.parameters, this.#context);
      authenticationOk(this.#stream.output.writer);
      return { parameters: negotiated.parameters, identity };
    } finally {
      clearTimeout(timer);
    }
  }

  async #serveSession(entered: Session, key: CancelKey): Promise<void> {
    await using session = entered;
    const { input, output } = this.#stream;
    for (const [name, value] of session.parameters) parameterStatus(output.writer, name, value);
    backendKeyData(output.writer, key.processId, key.secret);
    await new ClientSession(session, input, output, this.#context.limits, this.#call).run();
  }

  async #handOver({ takeover }: Takeover): Promise<void> {
    const { socket, input, output } = this.#stream;
    output.flush();
    const unread = input.detach();
    if (unread.length > 0) socket.unshift(unread);
    await takeover(socket);
  }

  /** The client is gone, or will say no more: what runs for it is ended. */
  #lose(error?: unknown): void {
    const lost = connectionLost(error);
    this.#gone.abort(lost);
    this.#call.abort(lost);
  }

  #sayFatal(error: PgError): void {
    const { peer, output } = this.#stream;
    const fields = { address: peer.address, user: printable(this.#user), code: error.code };
    this.#context.log.info(fields, 'connection ended with an error');
    errorResponse(output.writer, error, 'FATAL');
  }
}

function loginTimedOut(): PgError {
  return new PgError('query_canceled', 'canceling authentication due to timeout', { severity: 'FATAL' });
}
