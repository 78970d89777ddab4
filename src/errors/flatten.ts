import { randomUUID } from 'node:crypto';
import { PgError } from './pg-error.ts';

/** Told of every error that is not a PgError, with the id that the client reads. */
export type InternalErrorListener = (error: unknown, errorId: string) => void;

let listener: InternalErrorListener = () => {};

/** Where unexpected errors go (the log). Set once by the composition root. */
export function onInternalError(next: InternalErrorListener): void {
  listener = next;
}

/** The only exit of errors to a client: what is not a PgError becomes XX000 with an id that the log repeats with the stack. */
export function flatten(error: unknown): PgError {
  if (error instanceof PgError) return error;
  if (isAbort(error)) return cancelled(error);
  const errorId = randomUUID();
  listener(error, errorId);
  return new PgError('internal_error', `internal error (error id ${errorId})`, {
    hint: 'This is a defect of the server. The log has the details under the same error id.',
    cause: error,
  });
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
}

function cancelled(error: unknown): PgError {
  const timedOut = error instanceof Error && error.name === 'TimeoutError';
  return new PgError(
    'query_canceled',
    timedOut ? 'canceling statement due to statement timeout' : 'canceling statement due to user request',
    { cause: error },
  );
}
