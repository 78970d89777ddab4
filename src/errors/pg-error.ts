import { type SqlState, type SqlStateName, sqlStates } from './sql-state.ts';

export type ErrorSeverity = 'ERROR' | 'FATAL' | 'PANIC';
export type NoticeSeverity = 'WARNING' | 'NOTICE' | 'INFO' | 'LOG' | 'DEBUG';

/** The fields of an ErrorResponse beyond severity, code and message. Source: PostgreSQL 16 §55.8. */
export interface PgErrorFields {
  readonly severity?: ErrorSeverity | undefined;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  /** Counts characters (code points) from 1 in the query string that the client sent. */
  readonly position1?: number | undefined;
  readonly schema?: string | undefined;
  readonly table?: string | undefined;
  readonly column?: string | undefined;
  readonly constraint?: string | undefined;
  /** The hop or step that failed; see stages.ts. For logs and histories, not sent as a field of its own. */
  readonly stage?: string | undefined;
  readonly cause?: unknown;
}

/** The one error class that a client may see. Built by the small constructors of this room only. */
export class PgError extends Error {
  readonly severity: ErrorSeverity;
  readonly code: SqlState;
  /** The code's name. */
  readonly condition: SqlStateName;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly position1: number | undefined;
  readonly schema: string | undefined;
  readonly table: string | undefined;
  readonly column: string | undefined;
  readonly constraint: string | undefined;
  readonly stage: string | undefined;

  constructor(code: SqlStateName, message: string, fields: PgErrorFields = {}) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.name = 'PgError';
    this.code = sqlStates[code];
    this.condition = code;
    this.severity = fields.severity ?? 'ERROR';
    this.detail = fields.detail;
    this.hint = fields.hint;
    this.position1 = fields.position1;
    this.schema = fields.schema;
    this.table = fields.table;
    this.column = fields.column;
    this.constraint = fields.constraint;
    this.stage = fields.stage;
  }
}

/** A NoticeResponse. Severity NOTICE unless stated; code 00000 unless stated. */
export interface PgNotice {
  readonly severity: NoticeSeverity;
  readonly code: SqlState;
  readonly message: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
}

export function notice(
  code: SqlStateName,
  message: string,
  fields: {
    readonly severity?: NoticeSeverity;
    readonly detail?: string | undefined;
    readonly hint?: string | undefined;
  } = {},
): PgNotice {
  return {
    severity: fields.severity ?? 'NOTICE',
    code: sqlStates[code],
    message,
    ...(fields.detail === undefined ? {} : { detail: fields.detail }),
    ...(fields.hint === undefined ? {} : { hint: fields.hint }),
  };
}
