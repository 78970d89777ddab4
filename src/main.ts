#!/usr/bin/env node
import { createRequire } from 'node:module';
import { describeFlags } from './commands/flags.ts';
import { readConfig } from './commands/read-config.ts';
import { UsageError } from './commands/usage-error.ts';

const help = `Usage: sallyport [serve] [flags]        start the server
       sallyport parse [--json]         read statements from standard input, print each in canonical form
       sallyport backup FILE            copy the data directory into one file, while a server runs there
       sallyport restore FILE           make a data directory out of a backup
       sallyport rekey [flags]          put another master key in the place of the one that is
       sallyport audit [--since TIME]   who changed what, when and from where, as JSON lines
       sallyport --help | --version

Flags, each also a variable (--data-dir is SALLYPORT_DATA_DIR):
${describeFlags()}

parse writes one line for each statement: its canonical text, or the error. With --json an object with ok, canonical and
redacted, or ok, code, message, position (in characters, from 1) and hint.

Exit codes: 0 done, 1 could not start or go on, 2 wrong usage.
`;

/** Runs one command; resolves to the exit code. Commands are imported when asked for: `parse` loads no server. */
async function run(args: readonly string[]): Promise<number> {
  const [first, ...rest] = args;
  if (args.includes('--help') || args.includes('-h')) return print(help);
  if (args.includes('--version')) return print(`sallyport ${version()}\n`);
  if (first === 'parse') {
    const { parseCommand } = await import('./commands/parse.ts');
    return parseCommand(rest, process.stdin, process.stdout);
  }
  const upkeep = upkeepCommands.get(first);
  if (upkeep !== undefined) return (await upkeep())(rest);
  const config = readConfig(first === 'serve' ? rest : args, process.env, process.stderr.isTTY);
  const { serveCommand } = await import('./commands/serve.ts');
  return serveCommand(config, version());
}

type UpkeepCommand = (args: readonly string[]) => Promise<number>;

const upkeepCommands: ReadonlyMap<string | undefined, () => Promise<UpkeepCommand>> = new Map([
  ['backup', async () => (await import('./commands/backup.ts')).backupCommand],
  ['restore', async () => (await import('./commands/restore.ts')).restoreCommand],
  ['rekey', async () => (await import('./commands/rekey.ts')).rekeyCommand],
  ['audit', async () => (await import('./commands/audit.ts')).auditCommand],
]);

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function version(): string {
  const manifest = createRequire(import.meta.url)('../package.json') as { readonly version: string };
  return manifest.version;
}

function fail(error: unknown): number {
  const usage = error instanceof UsageError;
  const text = usage ? error.message.replaceAll(/\s*[\r\n]+\s*/g, ' ') : String((error as Error).stack);
  process.stderr.write(`sallyport: ${text}\n`);
  return usage ? 2 : 1;
}

process.exit(await run(process.argv.slice(2)).catch(fail));
