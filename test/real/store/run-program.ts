import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { execPath } from 'node:process';

/** One of the programs beside this file, running as a process of its own. */
export interface Program extends AsyncDisposable {
  readonly child: ChildProcess;
  /** Resolves when it has printed something. */
  readonly started: Promise<unknown>;
  /** Everything it printed, once it has ended, and how it ended. */
  readonly ended: Promise<{ readonly output: string; readonly errors: string; readonly code: number | null }>;
}

/** `fileSizeBytesMax`: no file it writes may grow beyond; a write that would fails as on a full disk. */
export function runProgram(
  name: string,
  args: readonly string[],
  options: { readonly fileSizeBytesMax?: number } = {},
): Program {
  const command = [execPath, '--import', 'tsx', join(import.meta.dirname, name), ...args];
  const limit =
    options.fileSizeBytesMax === undefined ? '' : `ulimit -f ${Math.floor(options.fileSizeBytesMax / 1_024)};`;
  const child = spawn('bash', ['-c', `${limit} exec "$@"`, 'bash', ...command], { stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  const output = text(child.stdout);
  const errors = text(child.stderr);
  return {
    child,
    started: once(child.stdout, 'data'),
    ended: Promise.all([output, errors, closed]).then(([printed, complained]) => ({
      output: printed,
      errors: complained,
      code: child.exitCode,
    })),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

/** The last number that was printed whole. */
export function lastNumber(output: string): number {
  const lines = output.slice(0, output.lastIndexOf('\n')).split('\n');
  return Number(lines.at(-1));
}
