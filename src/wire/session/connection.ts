import type { Socket } from 'node:net';
import { flatten, PgError } from '../../errors/index.ts';
import type { ConnectionSlots } from '../auth/connection-slots.ts';
import { type LoggedIn, type LoginContext, login } from '../auth/login.ts';
import {
  authenticationOk,
  backendKeyData,
  errorResponse,
  type FrameLimit,
  parameterStatus,
  protocol32,
} from '../codec/index.ts';
import type { CancelKey, Peer, Session, StartupParameters, Takeover } from '../handler.ts';
import { connectionLost } from './client-output.ts';
import { ClientSession } from './client-session.ts';
import { askWhetherThere, closeClientStream, openClientStream } from './client-stream.ts';
import type { NameCounts } from './names.ts';
import { type NegotiationContext, negotiate, type StreamHolder } from './negotiate.ts';
import { printable } from './printable.ts';
import { RunningCall } from './running-call.ts';

/** What all connections of a listener share. */
export interface ConnectionContext extends NegotiationContext, LoginContext {
  /** How long a message of each type may be. */
  readonly limitOf: (type: number) => FrameLimit;
  readonly slots: ConnectionSlots;
  readonly nameCounts: NameCounts;
  /** Told when a connection has logged in: it no longer counts among those that have not. */
  readonly loggedIn: (connection: Connection) => void;
}

interface Admitted extends LoggedIn {
  readonly parameters: StartupParameters;
}

interface Entered {
  readonly goal: Session | Takeover;
  readonly key: CancelKey;
  /** Gives the connection's slot back and makes its key worthless. */
  readonly release: () => void;
}

/** One connection from accept to close: negotiation, login, then a session or a takeover. */
export class Connection {
  readonly #context: ConnectionContext;
  readonly #call = new RunningCall();
  readonly #client: StreamHolder;
  readonly #socket: Socket;
  #user = '';
  /** Set while a session is served. */
  #session: Session | null = null;

  constructor(socket: Socket, peer: Peer, context: ConnectionContext) {
    this.#context = context;
    this.#socket = socket;
    this.#client = { stream: openClientStream(socket, peer, context.limits) };
    socket.on('error', (error) => this.#lose(error));
  }

  /** Serves until the connection is closed. Never throws. */
  async serve(): Promise<void> {
    try {
      await this.#serve();
    } catch (error) {
      this.#sayFatal(flatten(error));
    } finally {
      await closeClientStream(this.#client.stream);
    }
  }

  /** Ends the connection with `error` (FATAL) when the statement that runs, if any, has ended. */
  shutdown(error: PgError): void {
    this.#client.stream.input.interrupt(error);
  }

  /** Ends the statement that runs. */
  abort(error: PgError): void {
    this.#call.abort(error);
  }

  /** Ends the statement that runs, then the connection. */
  #terminate(error: PgError): void {
    this.shutdown(error);
    this.abort(error);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  async #serve(): Promise<void> {
    const entered = await this.#enter();
    if (entered === null) return;
    try {
      if ('takeover' in entered.goal) await this.#handOver(entered.goal);
      else await this.#serveSession(entered.goal, entered.key);
    } finally {
      entered.release();
    }
  }

  /** Everything up to the session; what only that needs is gone when a long idle wait begins. */
  async #enter(): Promise<Entered | null> {
    const admitted = await this.#admit();
    if (admitted === null) return null;
    const { identity, superuser, parameters } = admitted;
    const { handler, registry, slots } = this.#context;
    const slot = slots.take(identity, superuser);
    let takenOver = false;
    const cancel = (): void => {
      if (takenOver) handler.cancel(key);
      else this.#call.cancel();
    };
    const secretBytes = parameters.protocolVersion >= protocol32 ? 32 : 4;
    const { key, [Symbol.dispose]: revoke } = registry.issue(secretBytes, cancel);
    const control = { ...key, cancel, terminate: (error: PgError): void => this.#terminate(error) };
    const release = (): void => {
      revoke();
      slot[Symbol.dispose]();
    };
    try {
      const goal = await this.#call.run((signal) => handler.enter(parameters, identity, control, signal));
      takenOver = 'takeover' in goal;
      return { goal, key, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Negotiation and login, within the login deadline. Null when there is nothing to serve. */
  async #admit(): Promise<Admitted | null> {
    const timer = setTimeout(() => this.#tooLate(), this.#context.limits.loginTimeoutMs);
    try {
      const parameters = await negotiate(this.#client, this.#context);
      if (parameters === null) return null;
      this.#user = parameters.user;
      const { stream } = this.#client;
      if (stream.socket !== this.#socket) stream.socket.on('error', (error) => this.#lose(error));
      stream.input.onEnd((how) => {
        if (how === 'gone' || this.#session === null) this.#lose();
        else askWhetherThere(stream, this.#session, this.#call);
      });
      const loggedIn = await login(stream, parameters, this.#context);
      if (loggedIn === null || stream.socket.destroyed) return null;
      authenticationOk(stream.output.writer);
      return { parameters, ...loggedIn };
    } finally {
      clearTimeout(timer);
      this.#context.loggedIn(this);
    }
  }

  async #serveSession(entered: Session, key: CancelKey): Promise<void> {
    await using session = entered;
    const { input, output } = this.#client.stream;
    for (const [name, value] of session.parameters) parameterStatus(output.writer, name, value);
    backendKeyData(output.writer, key.processId, key.secret);
    const { limits, limitOf, nameCounts } = this.#context;
    this.#session = session;
    this.#call.rest();
    input.useLanding();
    await new ClientSession({ session, input, output, limits, limitOf, call: this.#call, nameCounts }).run();
  }

  async #handOver({ takeover }: Takeover): Promise<void> {
    const { socket, input, output } = this.#client.stream;
    output.flush();
    const unread = input.detach();
    if (unread.length > 0) socket.unshift(unread);
    // A call like any: the signal that `enter` gave goes on to tell of the client and of the server's end.
    await this.#call.run(() => takeover(socket));
  }

  /** The client is gone: what runs for it is ended. */
  #lose(error?: unknown): void {
    this.#call.abort(connectionLost(error));
  }

  #tooLate(): void {
    this.shutdown(loginTimedOut());
    if (this.#client.handshaking === true) this.destroy();
  }

  #sayFatal(error: PgError): void {
    const { peer, output } = this.#client.stream;
    const fields = { address: peer.address, user: printable(this.#user), code: error.code };
    this.#context.log.info(fields, 'connection ended with an error');
    errorResponse(output.writer, error, 'FATAL');
  }
}

function loginTimedOut(): PgError {
  return new PgError('query_canceled', 'canceling authentication due to timeout', { severity: 'FATAL' });
}
