import type { Change, Snapshot } from '../catalog/index.ts';

/** The session's facts that a read depends on. */
export interface ReadContext {
  /** The role that reads (after SET ROLE) and the one that logged in, by name. */
  readonly role: string;
  readonly sessionUser: string;
  readonly superuser: boolean;
  readonly database: string;
  readonly searchPath: readonly string[];
  /** Settings that shape answers: TimeZone, DateStyle, IntervalStyle, extra_float_digits, bytea_output, client_encoding … as the session shows them. */
  readonly settings: ReadonlyMap<string, string>;
  /** What the read must see at least; a mirror behind it is waited for. */
  readonly snapshot: Snapshot;
  /** Uncommitted changes of the session's own transaction, on top of the snapshot; seen by this read only. */
  readonly overlay: readonly Change[];
  /** Milliseconds; 0: no limit. */
  readonly statementTimeoutMs: number;
  /** What pg_backend_pid() gives; 0 without it. */
  readonly processId?: number;
  /** Told of each set_config of a statement that succeeded, before its end is told. @throws PgError for a value that the session does not take */
  readonly onSetConfig?: (change: SettingChange) => void;
  /** Whom pg_cancel_backend and pg_terminate_backend reach; nobody without it. */
  readonly backends?: Backends;
}

/** What set_config was asked for and gave. */
export interface SettingChange {
  readonly name: string;
  readonly value: string;
  /** For the transaction only. */
  readonly local: boolean;
}

/** What pg_cancel_backend or pg_terminate_backend was asked for. */
export interface BackendSignal {
  readonly processId: number;
  readonly kind: 'cancel' | 'terminate';
}

/** The server's sessions, as the one that reads may signal them. */
export interface Backends {
  /** By process id; `superuser` and `role`: not allowed, because the other is a superuser, or a role that the reader is no member of. */
  permissions(): ReadonlyMap<number, 'allowed' | 'superuser' | 'role'>;
  /** Told of the signals of a statement that succeeded, before its end is told. @throws PgError to a reader that signalled itself */
  signal(signals: readonly BackendSignal[]): Promise<void>;
}

/** The text of one read statement (SELECT, VALUES, TABLE, WITH, EXPLAIN, COPY … TO STDOUT). Positions of errors count in `source`. */
export interface ReadStatement {
  readonly text: string;
  readonly offset0: number;
  readonly source: string;
}

export interface ReadColumn {
  readonly name: string;
  readonly type: number;
  readonly typeSize: number;
  readonly typeModifier: number;
  readonly tableOid: number;
  readonly columnNumber: number;
}

export interface ReadDescription {
  readonly parameterTypes: readonly number[];
  /** null: no rows (COPY). */
  readonly columns: readonly ReadColumn[] | null;
}

export interface ReadParameters {
  readonly types: readonly number[];
  readonly values: readonly (Uint8Array | null)[];
  readonly parameterFormats: readonly ('text' | 'binary')[];
  readonly resultFormats: readonly ('text' | 'binary')[];
}

/** Takes one or more whole backend messages in one piece; the promise resolves when the client has room again. */
export interface MessageSink {
  message(bytes: Uint8Array): Promise<void> | void;
}

/** How a cursor stands: at its end, or with more rows. */
export type Portion = { readonly tag: string } | { readonly suspended: true };

export interface ReadCursor {
  /** RowDescription first when `describe`; then at most `maxRows` DataRows (0: all). Whole backend messages only; no promise for a kept answer. */
  fetch(maxRows: number, describe: boolean, sink: MessageSink, signal: AbortSignal): Portion | Promise<Portion>;
  close(): void;
}

/** Rows of a live relation, asked for in the read's own transaction; small state only. */
export interface LiveRelation {
  /** `mz_internal.mz_sessions`. */
  readonly relation: string;
  /** `snapshot`: the catalog that the read sees, its transaction's own changes included. Many rows are best made as they are taken: it is done in slices. */
  rows(snapshot: Snapshot): Iterable<LiveRow>;
}

export type LiveRow = Readonly<Record<string, unknown>>;

/** The read path: gate (parse, allow-list) and mirrors. DDL never waits for it. */
export interface QueryRoom extends AsyncDisposable {
  /** Resolves when the first mirror answers. */
  readonly ready: Promise<void>;
  /** Parameter types and columns; no promise where they are known. `types` may hold 0. @throws PgError 42601, 42501, 0A000 … from the gate, or the engine's own. */
  describe(
    statement: ReadStatement,
    types: readonly number[],
    context: ReadContext,
    signal: AbortSignal,
  ): ReadDescription | Promise<ReadDescription>;
  open(statement: ReadStatement, parameters: ReadParameters, context: ReadContext): ReadCursor;
  /** Relations that a statement names, as it writes them (`schema.name` or `name`); none when it is refused. */
  relationsOf(statement: ReadStatement): readonly string[] | Promise<readonly string[]>;
}
