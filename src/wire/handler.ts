import type { Duplex } from 'node:stream';
import type { PgError, PgNotice } from '../errors/index.ts';

/** A PostgreSQL type oid. Source: PostgreSQL 16, pg_type. */
export type Oid = number;

/** What a client sent in its StartupMessage, beside the protocol version. Keys as sent: user, database, options, application_name … */
export interface StartupParameters {
  readonly user: string;
  readonly database: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** 196608 for 3.0, 196610 for 3.2. */
  readonly protocolVersion: number;
}

/** Where a client comes from. */
export interface Peer {
  readonly transport: 'tcp' | 'unix' | 'http';
  /** The remote address without port; '' for a Unix-domain socket. */
  readonly address: string;
  readonly port: number;
  readonly encrypted: boolean;
  /** Subject common name of a verified client certificate. */
  readonly certificateName?: string | undefined;
}

/** Who the client proved to be. */
export interface Identity {
  readonly user: string;
  readonly method: 'trust' | 'peer' | 'scram-sha-256' | 'cert';
  readonly peer: Peer;
}

/** RFC 5803 values of a role's password: the server never sees the password itself. */
export interface ScramVerifier {
  readonly method: 'scram-sha-256';
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly storedKey: Uint8Array;
  readonly serverKey: Uint8Array;
  /** An invented verifier for a role that does not exist: the exchange runs to its end and fails, in the same time. */
  readonly doomed: boolean;
}

/** How this start-up must prove who it is. A `superuser` may use the connections that are kept back for them. */
export type Verifier = (ScramVerifier | { readonly method: 'trust' | 'peer' | 'cert' }) & {
  readonly superuser?: boolean;
};

/** Names a running session to CancelRequest. `secret` has 4 bytes in protocol 3.0 and up to 32 in 3.2. */
export interface CancelKey {
  readonly processId: number;
  readonly secret: Uint8Array;
}

/** A client's connection, as other sessions reach it. */
export interface ClientControl extends CancelKey {
  /** Ends the statement that runs, if any: what a CancelRequest with this key does. */
  cancel(): void;
  /** Ends the connection, which is told this error; what runs in it is ended first. */
  terminate(error: PgError): void;
}

/** Everything the protocol room needs from the server. `http` uses the same Session. */
export interface Handler {
  /** Which proof this start-up needs. The wire room speaks SCRAM, TLS and certificates; the handler only knows verifiers. @throws PgError 28000 to refuse. */
  verifier(startup: StartupParameters, peer: Peer): Promise<Verifier>;
  /** After authentication. A Takeover hands the raw byte stream on: wire then only moves bytes. */
  enter(
    startup: StartupParameters,
    identity: Identity,
    client: ClientControl,
    signal: AbortSignal,
  ): Promise<Session | Takeover>;
  /** Cancel requests that match no session of the wire room (a takeover's, for instance). Unknown keys are ignored in silence. */
  cancel(key: CancelKey): void;
}

/**
 * A client relayed elsewhere: the implementation owns the stream from here on, and has ended it when the promise settles. AuthenticationOk
 * has been sent, nothing behind it. The stream is paused: pipe it, or call `resume` once listeners are in place. A rejection before anything was
 * written is told to the client as a FATAL error.
 */
export interface Takeover {
  readonly takeover: (client: Duplex) => Promise<void>;
}

export type TransactionStatus = 'idle' | 'open' | 'failed';

/** One statement of a query string. Opaque for wire; `text` is the statement without its semicolon. */
export interface Statement {
  readonly text: string;
  /** Where `text` begins in the string that the client sent, in UTF-16 units from 0. */
  readonly offset0: number;
  /** The whole string that the client sent: positions of errors count in it. */
  readonly source: string;
}

/** A column of a result. `typeSize` and `typeModifier` as in RowDescription (-1: variable, none). */
export interface Column {
  readonly name: string;
  readonly type: Oid;
  readonly typeSize: number;
  readonly typeModifier: number;
  readonly tableOid: Oid;
  readonly columnNumber: number;
}

/** A parsed statement. `columns` is null when it returns no rows. */
export interface Prepared {
  readonly statement: Statement;
  readonly parameterTypes: readonly Oid[];
  readonly columns: readonly Column[] | null;
}

export type Format = 'text' | 'binary';

/** Formats as Bind gave them: none (all text), one (for all) or one each. */
export interface Formats {
  readonly parameters: readonly Format[];
  readonly results: readonly Format[];
}

/** A bound statement, ready to run; a suspended one goes on where it stopped. Closed by the session that made it. */
export interface Portal {
  readonly prepared: Prepared;
  readonly columns: readonly Column[] | null;
  readonly resultFormats: readonly Format[];
  /** Outlives its transaction (WITH HOLD). */
  readonly holdable?: boolean;
  close(): void;
}

/** Objects of one session by name; '' is the unnamed one. Replacing or deleting a portal closes it. */
export interface NameTable<T> {
  get(name: string): T | undefined;
  /** @throws PgError 53400 at the session's limit; 42P05 or 42P03 when the name is taken (never for ''). */
  set(name: string, object: T): void;
  delete(name: string): boolean;
  clear(): void;
  /** The unnamed one, then the others in the order they were made. */
  entries(): Iterable<readonly [name: string, object: T]>;
}

/**
 * Prepared statements and portals of a session, kept by wire. SQL shares these names with the protocol: PREPARE, EXECUTE, DEALLOCATE,
 * DECLARE, FETCH, CLOSE and DISCARD work on them. Portals are closed at the end of their transaction.
 */
export interface SessionNames {
  readonly statements: NameTable<Prepared>;
  readonly portals: NameTable<Portal>;
}

/** A value of our own rows; encoded by the column's type oid and the format asked for. Arrays for array types. */
export type Value =
  | string
  | number
  | bigint
  | boolean
  | Date
  | Uint8Array
  | null
  | readonly Value[]
  | { readonly json: unknown };

/** Where results go. Every method that returns a promise must be awaited: it resolves when the client has room again. */
export interface RowSink {
  /** Simple protocol and HTTP only: says that rows follow. In the extended protocol Describe has said it. */
  columns(columns: readonly Column[]): void;
  /** One row of ours. */
  row(values: readonly Value[]): Promise<void> | void;
  /** Ready-made backend messages (RowDescription in the simple protocol, DataRow, Copy…), passed on unchanged. */
  message(bytes: Uint8Array): Promise<void> | void;
  notice(notice: PgNotice): void;
  /** A ParameterStatus that changed; told with its last value before ReadyForQuery. */
  parameter(name: string, value: string): void;
}

/** How a statement ended: its command tag, an empty statement, or a portal that has more rows. */
export type Completion = { readonly tag: string } | { readonly empty: true } | { readonly suspended: true };

/**
 * One client's session. Methods are called one at a time; every error is thrown and sent by the caller through flatten. What needs no wait is
 * best answered without a promise: the caller goes on at once.
 */
export interface Session extends AsyncDisposable {
  /** ParameterStatus to announce at start. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly transaction: TransactionStatus;
  /** How long the session may wait for its client outside of a transaction and in one, in milliseconds; 0: for ever. Read whenever it begins to wait. */
  readonly idleTimeouts?: { readonly idleMs: number; readonly inTransactionMs: number };
  /** Called once, before anything else, by a caller that keeps names for the session. */
  attach?(names: SessionNames): void;
  /**
   * Cuts a query string; blanks, comments and empty statements are left out. As in PostgreSQL a syntax error anywhere in the string is best
   * thrown here, before its first statement runs. @throws PgError 42601
   */
  split(text: string): readonly Statement[];
  /**
   * Simple protocol: runs one statement of a string and tells the sink its columns. `last` is the string's last statement:
   * an implicit transaction is committed before it completes, so that its success means success.
   */
  query(statement: Statement, last: boolean, sink: RowSink, signal: AbortSignal): Promise<Completion> | Completion;
  /** Extended protocol. `types` may hold 0 for a type to be inferred. An empty statement is never asked for: the caller answers it. */
  parse(statement: Statement, types: readonly Oid[], signal: AbortSignal): Promise<Prepared> | Prepared;
  bind(
    prepared: Prepared,
    values: readonly (Uint8Array | null)[],
    formats: Formats,
    signal: AbortSignal,
  ): Promise<Portal> | Portal;
  /** At most `maxRows` rows; 0 means all. */
  execute(portal: Portal, maxRows: number, sink: RowSink, signal: AbortSignal): Promise<Completion> | Completion;
  /** A message failed: rolls an implicit transaction back, marks an explicit one failed. */
  fail(): void;
  /** End of a query string or Sync: commits an implicit transaction. Notices and changed parameters go to the sink. */
  sync(sink: RowSink): Promise<void> | void;
}
