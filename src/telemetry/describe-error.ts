/** What the log may say of an error. No primary message of a PgError: it can quote what a user typed. */
export interface ErrorDescription {
  readonly name: string;
  readonly code?: string;
  readonly stage?: string;
  readonly message?: string;
  /** Frames only, without the first line that repeats the message. */
  readonly stack?: readonly string[];
  readonly cause?: ErrorDescription;
  /** Of an AggregateError, and both of a SuppressedError: the first failure, then that of the clean-up. */
  readonly errors?: readonly ErrorDescription[];
}

/** Errors of the language and of the system; their messages hold names of the program, paths and addresses, never a statement. */
const plainNames = new Set(['TypeError', 'RangeError', 'ReferenceError', 'InvariantError']);
const depthMax = 4;
const framesMax = 20;
const errorsMax = 4;
const frame = /^at .*(?::\d+:\d+|<anonymous>|native)\)?$/;

/** For `log.error({ err: describeError(error) }, …)`. */
export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { name: typeof error };
  const { code, stage, syscall } = error as { code?: unknown; stage?: unknown; syscall?: unknown };
  const known = error.name === 'PgError';
  const plain = plainNames.has(error.name) || typeof syscall === 'string';
  return {
    name: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof stage === 'string' ? { stage } : {}),
    ...(plain ? { message: error.message } : {}),
    ...(known ? {} : { stack: frames(error) }),
    ...inner(error, depth),
    ...(error.cause === undefined || depth >= depthMax ? {} : { cause: describeError(error.cause, depth + 1) }),
  };
}

function inner(error: Error, depth: number): { readonly errors?: readonly ErrorDescription[] } {
  const { errors, suppressed, error: later } = error as { errors?: unknown; suppressed?: unknown; error?: unknown };
  const several = Array.isArray(errors) ? errors : error.name === 'SuppressedError' ? [suppressed, later] : [];
  if (several.length === 0 || depth >= depthMax) return {};
  return { errors: several.slice(0, errorsMax).map((each) => describeError(each, depth + 1)) };
}

function frames(error: Error): readonly string[] {
  const stack = error.stack ?? '';
  const messageAt0 = stack.indexOf(error.message);
  const below = messageAt0 === -1 ? stack : stack.slice(messageAt0 + error.message.length);
  const lines = below.split('\n').map((line) => line.trim());
  return lines.filter((line) => frame.test(line)).slice(0, framesMax);
}
