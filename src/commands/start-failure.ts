import type { Config } from '../config.ts';
import { PgError, StartRefused } from '../errors/index.ts';

export interface StartFailure {
  /** One line for standard error. */
  readonly line: string;
  /** Not a condition that an operator can mend: the log should have the stack. */
  readonly defect: boolean;
}

type SystemError = NodeJS.ErrnoException & { readonly address?: string; readonly port?: number };

/** Says in one line why the server could not start, and what to do where that is known. */
export function startFailure(error: unknown, config: Pick<Config, 'dataDir'>): StartFailure {
  if (isSuppressed(error)) return startFailure(error.suppressed, config);
  if (error instanceof StartRefused) return { line: error.message, defect: false };
  if (error instanceof PgError) {
    return { line: oneLine([error.message, error.detail, error.hint].filter(Boolean).join('; ')), defect: false };
  }
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return { line: oneLine(systemProblem(error as SystemError, config)), defect: false };
  }
  return { line: oneLine(`could not start: ${error instanceof Error ? error.message : String(error)}`), defect: true };
}

/** What `await using` throws when the clean-up after a failure failed too: the first failure is what counts. */
function isSuppressed(error: unknown): error is Error & { readonly suppressed: unknown } {
  return error instanceof Error && error.name === 'SuppressedError' && 'suppressed' in error;
}

function systemProblem(error: SystemError, config: Pick<Config, 'dataDir'>): string {
  const where = `${error.address ?? ''}:${error.port ?? ''}`;
  if (error.syscall === 'listen' || error.syscall === 'bind' || error.syscall === 'getaddrinfo') {
    return listenProblem(error, where);
  }
  return `could not use the data directory ${config.dataDir}: ${error.message}`;
}

function listenProblem(error: SystemError, where: string): string {
  if (error.code === 'EADDRINUSE') return `could not listen on ${where}: the port is in use`;
  if (error.code === 'EADDRNOTAVAIL') return `could not listen on ${where}: the address is not one of this machine`;
  if (error.code === 'EACCES') return `could not listen on ${where}: permission denied`;
  return `could not listen: ${error.message}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*[\r\n]+\s*/g, ' ');
}
