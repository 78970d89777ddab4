import { flatten, limitExceeded, notSupported, PgError, protocolViolation, unreachable } from '../../errors/index.ts';
import {
  emptyQueryResponse,
  commandComplete,
  decodeFrontend,
  errorResponse,
  type Frame,
  type FrontendMessage,
  type FrameLimit,
  frontendKind,
  readyForQuery,
} from '../codec/index.ts';
import type { Completion, Session, Statement } from '../handler.ts';
import type { WireLimits } from '../limits.ts';
import { whenDone } from '../../when-done.ts';
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
  /** For what is told outside of statements. */
  readonly #betweenStatements: ClientSink;

  constructor({ session, input, output, limits, limitOf, call, nameCounts }: ClientSessionParts) {
    this.#session = session;
    this.#input = input;
    this.#output = output;
    this.#limits = limits;
    this.#limitOf = limitOf;
    this.#call = call;
    this.#names = new Names(limits, nameCounts);
    this.#parameters = new ReportedParameters(session.parameters);
    this.#betweenStatements = new ClientSink(output, this.#parameters);
    this.#extended = new ExtendedProtocol({ session, output, call, names: this.#names, parameters: this.#parameters });
    session.attach?.(this.#names);
  }

  /** Serves until the client terminates or ends. @throws PgError FATAL for what ends the connection. */
  async run(): Promise<void> {
    readyForQuery(this.#output.writer, this.#session.transaction);
    this.#output.flush();
    try {
      for (;;) {
        const frame = this.#input.received(this.#limitOf);
        if (frame === null) {
          if (this.#input.ended) return;
          await this.#moreBytes();
          continue;
        }
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
  #moreBytes(): Promise<void> {
    this.#output.beginTurn();
    const arrival = this.#input.moreBytes();
    const { transaction, idleTimeouts } = this.#session;
    const inTransaction = transaction !== 'idle';
    const timeoutMs = (inTransaction ? idleTimeouts?.inTransactionMs : idleTimeouts?.idleMs) ?? 0;
    if (timeoutMs === 0 || !this.#ready) return arrival;
    const timer = setTimeout(() => this.#input.interrupt(idleTooLong(inTransaction)), timeoutMs);
    return arrival.finally(() => clearTimeout(timer));
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
        if (frame.length > 0) return this.#step(frame);
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

  #query(frame: Frame): Promise<void> | undefined {
    const answered = this.#mayFail(() => {
      const message = this.#decode(frame);
      return message.kind === 'query' ? this.#statements(message.text) : undefined;
    });
    return answered === undefined ? this.#sayReady() : answered.then(() => this.#sayReady());
  }

  #statements(text: string): Promise<void> | void {
    this.#names.statements.delete('');
    this.#names.portals.delete('');
    const statements = this.#session.split(text);
    const [first] = statements;
    if (first === undefined) emptyQueryResponse(this.#output.writer);
    else if (statements.length === 1) return this.#statement(first, true, true);
    else return this.#oneByOne(statements);
  }

  async #oneByOne(statements: readonly Statement[]): Promise<void> {
    for (const [index, statement] of statements.entries()) {
      await this.#statement(statement, index === statements.length - 1, false);
      await this.#output.room();
    }
  }

  #statement(statement: Statement, last: boolean, only: boolean): Promise<void> | void {
    const sink = new ClientSink(this.#output, this.#parameters);
    const before = this.#session.transaction;
    const completion = this.#call.run((signal) => this.#session.query(statement, last, sink, signal));
    return whenDone(completion, (known) => {
      this.#complete(known, only);
      if (before !== 'idle' && this.#session.transaction === 'idle') this.#names.endTransaction();
    });
  }

  #complete(completion: Completion, onlyOne: boolean): void {
    if ('tag' in completion) commandComplete(this.#output.writer, completion.tag);
    else if ('empty' in completion && onlyOne) emptyQueryResponse(this.#output.writer);
  }

  #step(frame: Frame): Promise<void> | undefined {
    return this.#mayFail(
      () => this.#extended.handle(this.#decode(frame) as ExtendedMessage),
      () => {
        this.#discarding = true;
      },
    );
  }

  #sync(frame: Frame): Promise<void> | undefined {
    this.#discarding = false;
    if (frame.length > 0) this.#failed(protocolViolation('invalid message format'));
    return this.#sayReady();
  }

  /** Ends an implicit transaction and says so. */
  #sayReady(): Promise<void> | undefined {
    const ended = this.#mayFail(() => this.#session.sync(this.#betweenStatements));
    if (ended !== undefined) return ended.then(() => this.#announceReady());
    this.#announceReady();
    return undefined;
  }

  #announceReady(): void {
    const { transaction } = this.#session;
    if (transaction === 'idle') this.#names.endTransaction();
    this.#parameters.report(this.#output.writer);
    readyForQuery(this.#output.writer, transaction);
    this.#output.flush();
    this.#ready = true;
    this.#call.renew();
  }

  /** Does what a message asks for and tells the client of an error; `failed` is called then. */
  #mayFail(work: () => Promise<void> | void, failed?: () => void): Promise<void> | undefined {
    const tell = (error: unknown): void => {
      this.#failed(error);
      failed?.();
    };
    try {
      const pending = work();
      return pending instanceof Promise ? pending.catch(tell) : undefined;
    } catch (error) {
      tell(error);
      return undefined;
    }
  }

  #decode(frame: Frame): FrontendMessage {
    if (frame.refused !== undefined) throw frame.refused;
    const kind = frontendKind(frame.type);
    const isText = kind === 'query' || kind === 'parse';
    if (isText && frame.length > this.#limits.statementBytesMax) throw statementTooLong(frame, this.#limits);
    return decodeFrontend(kind, frame);
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
    detail: `The message has ${frame.length} bytes; the limit is ${limits.statementBytesMax}.`,
  });
}
