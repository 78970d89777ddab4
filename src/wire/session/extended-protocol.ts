import { PgError, protocolViolation } from '../../errors/index.ts';
import {
  type BindMessage,
  bindComplete,
  closeComplete,
  emptyQueryResponse,
  noData,
  parseComplete,
  portalSuspended,
  checkText,
  commandComplete,
  formatAt,
  type FrontendMessage,
  parameterDescription,
} from '../codec/index.ts';
import type { Completion, Portal, Prepared, Session, Statement } from '../handler.ts';
import { whenDone } from '../../when-done.ts';
import type { ClientOutput } from './client-output.ts';
import { ClientSink } from './client-sink.ts';
import { EmptyPrepared, type Names, type PortalEntry, weighPortal } from './names.ts';
import type { ReportedParameters } from './reported-parameters.ts';
import { describeRows } from './row-descriptions.ts';
import type { RunningCall } from './running-call.ts';

type Message<K extends FrontendMessage['kind']> = Extract<FrontendMessage, { kind: K }>;

export interface ExtendedProtocolParts {
  readonly session: Session;
  readonly names: Names;
  readonly output: ClientOutput;
  readonly call: RunningCall;
  readonly parameters: ReportedParameters;
}

/** Parse, Bind, Describe, Execute and Close. Errors are thrown: the session answers them and discards until Sync. */
export class ExtendedProtocol {
  readonly #session: Session;
  readonly #names: Names;
  readonly #output: ClientOutput;
  readonly #call: RunningCall;
  readonly #parameters: ReportedParameters;

  constructor(parts: ExtendedProtocolParts) {
    this.#session = parts.session;
    this.#names = parts.names;
    this.#output = parts.output;
    this.#call = parts.call;
    this.#parameters = parts.parameters;
  }

  handle(message: Message<'parse' | 'bind' | 'describe' | 'execute' | 'close'>): Promise<void> | void {
    switch (message.kind) {
      case 'parse':
        return this.#parse(message);
      case 'bind':
        return this.#bind(message);
      case 'describe':
        return message.target === 'statement'
          ? this.#describeStatement(message.name)
          : this.#describePortal(message.name);
      case 'execute':
        return this.#execute(message);
      case 'close':
        return this.#close(message);
    }
  }

  #parse({ name, text, types }: Message<'parse'>): Promise<void> | void {
    if (name === '') this.#names.statements.delete('');
    const statement = onlyStatement(this.#session.split(text));
    const prepared =
      statement === null
        ? new EmptyPrepared({ text: '', offset0: 0, source: text }, types)
        : this.#call.run((signal) => this.#session.parse(statement, types, signal));
    return whenDone(prepared, (made) => {
      this.#names.statements.set(name, made);
      parseComplete(this.#output.writer);
    });
  }

  #bind(message: BindMessage): Promise<void> | void {
    const prepared = this.#names.statement(message.statement);
    checkParameters(message, prepared);
    const portal =
      prepared instanceof EmptyPrepared
        ? this.#emptyPortal(prepared)
        : this.#call.run((signal) => {
            const formats = { parameters: message.parameterFormats, results: message.resultFormats };
            return this.#session.bind(prepared, valuesToKeep(message), formats, signal);
          });
    return whenDone(portal, (bound) => {
      weighPortal(bound, message.values);
      this.#keep(message.portal, bound, message.resultFormats.length);
      bindComplete(this.#output.writer);
    });
  }

  #keep(name: string, portal: Portal, resultFormats: number): void {
    try {
      const columns = portal.columns?.length ?? resultFormats;
      if (resultFormats > 1 && resultFormats !== columns) {
        throw protocolViolation(`bind message has ${resultFormats} result formats but query has ${columns} columns`);
      }
      this.#names.portals.set(name, portal);
    } catch (error) {
      portal.close();
      throw error;
    }
  }

  #emptyPortal(prepared: Prepared): Portal {
    if (this.#session.transaction === 'failed') throw transactionAborted();
    return { prepared, columns: null, resultFormats: [], close: () => {} };
  }

  #describeStatement(name: string): void {
    const prepared = this.#names.statement(name);
    if (prepared.columns !== null && this.#session.transaction === 'failed') throw transactionAborted();
    parameterDescription(this.#output.writer, prepared.parameterTypes);
    if (prepared.columns === null) noData(this.#output.writer);
    else describeRows(this.#output.writer, prepared.columns, []);
  }

  #describePortal(name: string): void {
    const { columns, resultFormats } = this.#names.portal(name).object;
    if (columns !== null && this.#session.transaction === 'failed') throw transactionAborted();
    if (columns === null) noData(this.#output.writer);
    else describeRows(this.#output.writer, columns, resultFormats);
  }

  #execute(message: Message<'execute'>): Promise<void> | void {
    const entry = this.#names.portal(message.portal);
    const { object: portal, completedTag } = entry;
    if (entry.failed && this.#session.transaction === 'failed') throw transactionAborted();
    if (portal.prepared instanceof EmptyPrepared) {
      emptyQueryResponse(this.#output.writer);
      return;
    }
    if (completedTag !== undefined) {
      commandComplete(this.#output.writer, tagOfExhausted(portal, completedTag, message.portal));
      return;
    }
    const before = this.#session.transaction;
    const sink = new ClientSink(this.#output, this.#parameters, portal);
    const maxRows = Math.max(message.maxRows, 0);
    const completion = this.#call.run((signal) => this.#session.execute(portal, maxRows, sink, signal));
    return whenDone(completion, (known) => {
      this.#complete(entry, known);
      if (before !== 'idle' && this.#session.transaction === 'idle') this.#names.endTransaction();
    });
  }

  #complete(entry: PortalEntry, completion: Completion): void {
    if ('suspended' in completion) portalSuspended(this.#output.writer);
    else if ('empty' in completion) emptyQueryResponse(this.#output.writer);
    else {
      entry.completedTag = completion.tag;
      commandComplete(this.#output.writer, completion.tag);
    }
  }

  #close(message: Message<'close'>): void {
    if (message.target === 'statement') this.#names.statements.delete(message.name);
    else this.#names.portals.delete(message.name);
    closeComplete(this.#output.writer);
  }
}

/** Null for a string of no statement. @throws PgError 42601 */
function onlyStatement(statements: readonly Statement[]): Statement | null {
  if (statements.length > 1) {
    throw new PgError('syntax_error', 'cannot insert multiple commands into a prepared statement');
  }
  return statements[0] ?? null;
}

function checkParameters(message: BindMessage, prepared: Prepared): void {
  const { parameterFormats, values } = message;
  if (parameterFormats.length > 1 && parameterFormats.length !== values.length) {
    throw protocolViolation(
      `bind message has ${parameterFormats.length} parameter formats but ${values.length} parameters`,
    );
  }
  const wanted = prepared.parameterTypes.length;
  if (values.length !== wanted) {
    throw protocolViolation(
      `bind message supplies ${values.length} parameters, but prepared statement "${message.statement}" requires ${wanted}`,
    );
  }
  if (values.length === 0) return;
  for (const [index, value] of values.entries()) {
    if (value !== null && formatAt(parameterFormats, index) === 'text') checkText(value);
  }
}

/** A named portal may live long: it must not hold the whole chunk in which its parameters came. */
function valuesToKeep({ portal, values }: BindMessage): readonly (Uint8Array | null)[] {
  return portal === '' || values.length === 0
    ? values
    : values.map((value) => (value === null ? null : Buffer.from(value)));
}

/** A query that has given all its rows gives none; a command runs once. @throws PgError 55000 */
function tagOfExhausted(portal: Portal, completedTag: string, name: string): string {
  if (portal.columns !== null) return completedTag.replace(/\d+$/, '0');
  throw new PgError('object_not_in_prerequisite_state', `portal "${name}" cannot be run`);
}

function transactionAborted(): PgError {
  return new PgError(
    'in_failed_sql_transaction',
    'current transaction is aborted, commands ignored until end of transaction block',
  );
}
