import { flatten, limitExceeded, notSupported, PgError, protocolViolation, unreachable } from '../../errors/index.ts';
import {
  bare,
  commandComplete,
  decodeFrontend,
  errorResponse,
  type Frame,
  type FrontendMessage,
  type FrameLimit,
  frontendKind,
  readyForQuery,
} from '../codec/index.ts';
import type { Completion, Session } from '../handler.ts';
import type { WireLimits } from '../limits.ts';
import type { ClientInput } from './client-input.ts';
import type { ClientOutput } from './client-output.ts';
import { ClientSink } from './client-sink.ts';
import { ExtendedProtocol } from './extended-protocol.ts';
import { type NameCounts, Names } from './names.ts';
import { ReportedParameters } from './reported-parameters.ts';
import type { RunningCall } from './running-call.ts';

export interface ClientSessionParts {
  readonly session: Session;
  readonly input: ClientInput;
  readonly output: ClientOutput;
  readonly limits: WireLimits;
  readonly limitOf: (type: number) => FrameLimit;
  readonly call: RunningCall;
  readonly nameCounts: NameCounts;
}

type ExtendedMessage = Extract<FrontendMessage, { kind: 'parse' | 'bind' | 'describe' | 'execute' | 'close' }>;

/**
 * The state machine of one session, from the first ReadyForQuery to Terminate. Messages are handled strictly one after the other.
 * Source: PostgreSQL 16 §55.2.
 */
export class ClientSession {
  readonly #session: Session;
  readonly #input: ClientInput;
  readonly #output: ClientOutput;
  readonly #limits: WireLimits;
  readonly #limitOf: ClientSessionParts['limitOf'];
  readonly #call: RunningCall;
  readonly #names: Names;
  readonly #extended: ExtendedProtocol;
  /** After an error in the extended protocol nothing is answered until Sync. */
  #discarding = false;
  /** ReadyForQuery was the last thing said: the session is idle, not in the middle of a batch. */
  #ready = true;
  readonly #parameters: ReportedParameters;

  constructor({ session, input, output, limits, limitOf, call, nameCounts }: ClientSessionParts) {
    this.#session = session;
    this.#input = input;
    this.#output = output;
    this.#limits = limits;
    this.#limitOf = limitOf;
    this.#call = call;
    this.#names = new Names(limits, nameCounts);
    this.#parameters = new ReportedParameters(session.parameters);
    this.#extended = new ExtendedProtocol({ session, output, call, names: this.#names, parameters: this.#parameters });
    session.attach?.(this.#names);
  }

  /** Serves until the client terminates or ends. @throws PgError FATAL for what ends the connection. */
  async run(): Promise<void> {
    readyForQuery(this.#output.writer, this.#session.transaction);
    this.#output.flush();
    try {
      for (;;) {
        const next = this.#input.next(this.#limitOf);
        const frame = next instanceof Promise ? await this.#patiently(next) : next;
        if (frame === null) return;
        const handled = this.#handle(frame);
        if (handled === 'terminate') return;
        if (handled !== undefined) await handled;
        const room = this.#output.room();
        if (room !== undefined) await room;
      }
    } finally {
      this.#names.clear();
    }
  }

  /** Waits for the client, at most as long as the session lets it be idle. */
  #patiently(next: Promise<Frame | null>): Promise<Frame | null> {
    const { transaction, idleTimeouts } = this.#session;
    const inTransaction = transaction !== 'idle';
    const timeoutMs = (inTransaction ? idleTimeouts?.inTransactionMs : idleTimeouts?.idleMs) ?? 0;
    if (timeoutMs === 0 || !this.#ready) return next;
    const timer = setTimeout(() => this.#input.interrupt(idleTooLong(inTransaction)), timeoutMs);
    return next.finally(() => clearTimeout(timer));
  }

  #handle(frame: Frame): Promise<void> | 'terminate' | undefined {
    const kind = frontendKind(frame.type);
    this.#ready = false;
    if (kind === 'terminate') return 'terminate';
    if (this.#discarding && kind !== 'sync') return undefined;
    switch (kind) {
      case 'query':
        return this.#query(frame);
      case 'function-call':
        this.#failed(notSupported('function call messages are not supported'));
        return this.#sayReady();
      case 'sync':
        return this.#sync(frame);
      case 'flush':
        if (frame.body.length > 0) return this.#step(frame);
        this.#output.flush();
        return undefined;
      case 'copy':
        return undefined;
      case 'parse':
      case 'bind':
      case 'describe':
      case 'execute':
      case 'close':
        return this.#step(frame);
      default:
        return unreachable(kind);
    }
  }

  async #query(frame: Frame): Promise<void> {
    try {
      const message = this.#decode(frame);
      if (message.kind === 'query') await this.#statements(message.text);
    } catch (error) {
      this.#failed(error);
    }
    await this.#sayReady();
  }

  async #statements(text: string): Promise<void> {
    this.#names.statements.delete('');
    this.#names.portals.delete('');
    const statements = this.#session.split(text);
    if (statements.length === 0) bare(this.#output.writer, 'emptyQueryResponse');
    for (const [index, statement] of statements.entries()) {
      const last = index === statements.length - 1;
      const sink = new ClientSink(this.#output, this.#parameters);
      const before = this.#session.transaction;
      const completion = await this.#call.run((signal) => this.#session.query(statement, last, sink, signal));
      this.#complete(completion, statements.length === 1);
      if (before !== 'idle' && this.#session.transaction === 'idle') this.#names.endTransaction();
      await this.#output.room();
    }
  }

  #complete(completion: Completion, onlyOne: boolean): void {
    if ('tag' in completion) commandComplete(this.#output.writer, completion.tag);
    else if ('empty' in completion && onlyOne) bare(this.#output.writer, 'emptyQueryResponse');
  }

  async #step(frame: Frame): Promise<void> {
    try {
      await this.#extended.handle(this.#decode(frame) as ExtendedMessage);
    } catch (error) {
      this.#failed(error);
      this.#discarding = true;
    }
  }

  async #sync(frame: Frame): Promise<void> {
    this.#discarding = false;
    if (frame.body.length > 0) this.#failed(protocolViolation('invalid message format'));
    await this.#sayReady();
  }

  /** Ends an implicit transaction and says so. */
  async #sayReady(): Promise<void> {
    try {
      await this.#session.sync(new ClientSink(this.#output, this.#parameters));
    } catch (error) {
      this.#failed(error);
    }
    const { transaction } = this.#session;
    if (transaction === 'idle') this.#names.endTransaction();
    this.#parameters.report(this.#output.writer);
    readyForQuery(this.#output.writer, transaction);
    this.#output.flush();
    this.#ready = true;
    this.#call.renew();
  }

  #decode(frame: Frame): FrontendMessage {
    if (frame.refused !== undefined) throw frame.refused;
    const kind = frontendKind(frame.type);
    const isText = kind === 'query' || kind === 'parse';
    if (isText && frame.body.length > this.#limits.statementBytesMax) throw statementTooLong(frame, this.#limits);
    return decodeFrontend(kind, frame.body);
  }

  /** Tells the client of an error. @throws the error when it is FATAL: the connection tells of it and closes. */
  #failed(thrown: unknown): void {
    const error = flatten(thrown);
    if (error.severity !== 'ERROR') throw error;
    this.#session.fail();
    if (this.#session.transaction === 'failed') this.#names.failTransaction();
    errorResponse(this.#output.writer, error);
    this.#output.flush();
  }
}

function idleTooLong(inTransaction: boolean): PgError {
  return inTransaction
    ? new PgError('idle_in_transaction_session_timeout', 'terminating connection due to idle-in-transaction timeout', {
        severity: 'FATAL',
      })
    : new PgError('idle_session_timeout', 'terminating connection due to idle-session timeout', { severity: 'FATAL' });
}

function statementTooLong(frame: Frame, limits: WireLimits): PgError {
  return limitExceeded('statement is too long', {
    detail: `The message has ${frame.body.length} bytes; the limit is ${limits.statementBytesMax}.`,
  });
}
