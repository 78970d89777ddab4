import { PgError } from './pg-error.ts';
import { type SqlStateName, sqlStates } from './sql-state.ts';
import { type Stage, type StageReport, stageStates } from './stage.ts';

/**
 * A step on the way to a server failed. SQLSTATE by stage unless `code` says otherwise (57014 for a deadline or cancel, 28P01 against 28000 …).
 * `message` is the whole primary message and names the hop; the DETAIL is filled by {@link withStageReports} when the way is known.
 */
export function connectFailed(fields: {
  readonly stage: Stage;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly detail?: string | undefined;
  readonly code?: SqlStateName | undefined;
  readonly cause?: unknown;
}): PgError {
  return new PgError(fields.code ?? stageStates[fields.stage], fields.message, {
    stage: fields.stage,
    hint: fields.hint,
    detail: fields.detail,
    cause: fields.cause,
  });
}

/** The stages reached, one a line with milliseconds, as DETAIL of a failed connection. Keeps the error's own detail above them. */
export function withStageReports(error: PgError, reports: readonly StageReport[]): PgError {
  const lines = reports.map(formatStageReport);
  const detail = [error.detail, lines.length > 0 ? `Stages:\n${lines.join('\n')}` : undefined]
    .filter((part) => part !== undefined)
    .join('\n');
  return new PgError(nameOf(error), error.message, {
    severity: error.severity,
    detail: detail === '' ? undefined : detail,
    hint: error.hint,
    position1: error.position1,
    stage: error.stage,
    cause: error.cause,
  });
}

/** `  bastion.connect  bastion "h:22"  ok  3 ms (127.0.0.1)`. */
export function formatStageReport(report: StageReport): string {
  const note = report.detail === undefined ? '' : ` (${report.detail})`;
  return `  ${report.stage}  ${report.target}  ${report.status}  ${Math.round(report.durationMs)} ms${note}`;
}

function nameOf(error: PgError): SqlStateName {
  return (Object.entries(sqlStates).find(([, code]) => code === error.code)?.[0] ?? 'internal_error') as SqlStateName;
}
