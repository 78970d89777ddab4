import { once } from 'node:events';
import { resolve } from 'node:path';
import { type Command, type CommandLine, defaultOf, readCommandLine } from './flags.ts';
import { startFailure } from './start-failure.ts';
import { UsageError } from './usage-error.ts';

/** What a command of upkeep works with. */
export interface Upkeep extends CommandLine {
  readonly dataDir: string;
  /** Prints a line on standard output. Resolves to false when nobody reads any more. */
  readonly print: (line: string) => Promise<boolean>;
}

/**
 * Runs a command of upkeep on a data directory: what goes wrong is one line on standard error.
 * @returns the exit code: 0 done, 1 not done @throws UsageError
 */
export async function runUpkeep(
  command: Command,
  args: readonly string[],
  wordNames: readonly string[],
  work: (upkeep: Upkeep) => Promise<void>,
): Promise<number> {
  const line = readCommandLine(args, process.env, command, wordNames);
  const dataDir = resolve(line.values.get('data-dir') ?? defaultOf('data-dir') ?? '');
  let gone = false;
  process.stdout.on('error', () => {
    gone = true;
  });
  const print = async (text: string): Promise<boolean> => {
    if (!gone && !process.stdout.write(`${text}\n`)) {
      await Promise.race([once(process.stdout, 'drain'), once(process.stdout, 'close')]).catch(() => {});
    }
    return !gone;
  };
  try {
    await work({ ...line, dataDir, print });
    return 0;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const failure = startFailure(error, { dataDir });
    process.stderr.write(`sallyport: ${failure.line}\n`);
    if (failure.defect && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    return 1;
  }
}
