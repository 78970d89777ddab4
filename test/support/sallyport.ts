import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type ClientConfig } from 'pg';
import { freePort } from './ports.ts';
import { ended, hasEnded, signal } from './processes.ts';
import { type ProgramResult, runProgram } from './programs.ts';

const root = join(import.meta.dirname, '../..');
const program = join(root, 'dist/main.js');
const startTimeoutMs = 120_000;
const stopTimeoutMs = 60_000;
const logTimeoutMs = 60_000;
/** The first read waits for the mirror to start, which on a busy machine may take longer than a statement usually may. */
const statementTimeoutMs = 600_000;

export interface SallyportOptions {
  /** Added to the command line: `['--egress-address', '10.0.0.1']`. Without `--auth` there every role is let in. */
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Kept when the server is disposed; without it a private directory is made, and removed at the end. */
  readonly dataDir?: string;
  /** Where the SQL port listens; 127.0.0.1 without it. */
  readonly host?: string;
}

/** The built server as a process of its own, on free ports, ended with the test that started it. */
export interface Sallyport extends AsyncDisposable {
  readonly dataDir: string;
  readonly sqlPort: number;
  readonly httpPort: number;
  /** Of the running process. */
  readonly pid: number;
  /** What it printed on standard output since it was made. */
  readonly stdout: string;
  /** Lines of the log (JSON) and whatever else came on standard error. */
  logLines(): readonly string[];
  /** The first line of the log, past or to come, that contains `part`. */
  logged(part: string): Promise<string>;
  /** Runs a stock psql on `sql`; it goes on after errors unless told otherwise by `args` (`['-v', 'ON_ERROR_STOP=1']`). */
  psql(sql: string, args?: readonly string[]): Promise<ProgramResult>;
  /** A connected node-postgres client; end it, or leave that to the server's end. */
  client(config?: ClientConfig): Promise<Client>;
  /** GET on the HTTP port. */
  get(path: string): Promise<Response>;
  /** Ends the process and resolves to its exit code (null: the signal ended it). */
  kill(name?: NodeJS.Signals): Promise<number | null>;
  /** SIGTERM, unless it is down already, then a start on the same directory and ports. */
  restart(): Promise<void>;
}

/** Starts the server; resolves when it has printed how to connect. Builds it first when a source changed. */
export async function startSallyport(options: SallyportOptions = {}): Promise<Sallyport> {
  build();
  const server = new ServerProcess(options, await freePort(), await freePort());
  await server.start();
  return server;
}

/** The random password that the first superuser got. */
export function firstPassword({ dataDir }: Sallyport): string {
  return /^\*:\*:\*:materialize:(.+)$/m.exec(readFileSync(join(dataDir, 'pgpass'), 'utf8'))?.[1] ?? '';
}

/** Waits until reads are answered, by the socket: whatever TCP asks for. */
export async function firstRead(server: Sallyport): Promise<void> {
  const client = await server.client({ host: join(server.dataDir, 'run') });
  await client.query('SELECT 1');
  await client.end();
}

/** Runs the command line to its end: for `parse`, `--help` and starts that must fail. */
export function runSallyport(
  args: readonly string[],
  options: { readonly input?: string; readonly environment?: Readonly<Record<string, string>> } = {},
): Promise<ProgramResult> {
  build();
  const env = { ...cleanEnvironment(), ...options.environment };
  return runProgram(process.execPath, [program, ...args], { env, input: options.input ?? '' });
}

let built = false;

function build(): void {
  if (built) return;
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' });
  built = true;
}

/** The tests' own environment, without settings of a server or client that the developer may have. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(?:SALLYPORT_|PG|NODE_OPTIONS$)/.test(name));
  return Object.fromEntries(kept);
}

class ServerProcess implements Sallyport {
  readonly dataDir: string;
  readonly sqlPort: number;
  readonly httpPort: number;
  readonly #options: SallyportOptions;
  readonly #lines: string[] = [];
  readonly #clients = new Set<Client>();
  readonly #output = new EventEmitter();
  #child: ChildProcess | undefined;
  #closed: Promise<unknown> = Promise.resolve();
  #stdout = '';

  constructor(options: SallyportOptions, sqlPort: number, httpPort: number) {
    this.#options = options;
    this.sqlPort = sqlPort;
    this.httpPort = httpPort;
    this.dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'sallyport-test-data-'));
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('the server is down');
    return pid;
  }

  get stdout(): string {
    return this.#stdout;
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [program, ...this.#arguments()], {
      env: { ...cleanEnvironment(), ...this.#options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.#closed = new Promise((resolve) => child.once('close', resolve));
    process.once('exit', this.#endNow);
    const from = this.#stdout.length;
    this.#follow(child);
    const deadline = AbortSignal.timeout(startTimeoutMs);
    while (!this.#stdout.slice(from).includes('psql -h')) {
      if (hasEnded(child)) throw new Error(`the server ended at start\n${this.#lines.slice(-20).join('\n')}`);
      await Promise.race([once(this.#output, 'text', { signal: deadline }), ended(child)]);
    }
  }

  logLines(): readonly string[] {
    return this.#lines;
  }

  async logged(part: string): Promise<string> {
    const deadline = AbortSignal.timeout(logTimeoutMs);
    for (;;) {
      const line = this.#lines.find((each) => each.includes(part));
      if (line !== undefined) return line;
      await once(this.#output, 'log', { signal: deadline });
    }
  }

  psql(sql: string, args: readonly string[] = []): Promise<ProgramResult> {
    const where = ['-X', '-h', '127.0.0.1', '-p', String(this.sqlPort), '-U', 'materialize'];
    const env = { ...cleanEnvironment(), PGOPTIONS: `-c statement_timeout=${statementTimeoutMs}` };
    return runProgram('psql', [...where, ...args, 'materialize'], { env, input: sql, timeoutMs: statementTimeoutMs });
  }

  async client(config: ClientConfig = {}): Promise<Client> {
    const client = new Client({
      host: '127.0.0.1',
      port: this.sqlPort,
      user: 'materialize',
      database: 'materialize',
      connectionTimeoutMillis: 60_000,
      statement_timeout: statementTimeoutMs,
      ...config,
    });
    // A killed server breaks the connection: the statement under way says so, not this event.
    client.on('error', () => {});
    await client.connect();
    this.#clients.add(client);
    client.once('end', () => this.#clients.delete(client));
    return client;
  }

  get(path: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.httpPort}${path}`, { signal: AbortSignal.timeout(60_000) });
  }

  async kill(name: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
    const child = this.#child;
    if (child?.pid === undefined) return null;
    signal(child.pid, name);
    const deadline = setTimeout(this.#endNow, stopTimeoutMs);
    // Not only ended: its last lines are read by then.
    await this.#closed;
    clearTimeout(deadline);
    process.off('exit', this.#endNow);
    this.#child = undefined;
    return child.exitCode;
  }

  async restart(): Promise<void> {
    await this.kill('SIGTERM');
    await this.start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([...this.#clients].map((client) => client.end()));
    await this.kill('SIGTERM');
    if (this.#options.dataDir === undefined) rmSync(this.dataDir, { recursive: true, force: true });
  }

  #arguments(): readonly string[] {
    return [
      ...['--data-dir', this.dataDir, '--log-format', 'json', '--log-level', 'debug', '--auth', 'trust'],
      ...[
        '--listen-sql',
        `${this.#options.host ?? '127.0.0.1'}:${this.sqlPort}`,
        '--listen-http',
        `127.0.0.1:${this.httpPort}`,
      ],
      ...(this.#options.args ?? []),
    ];
  }

  readonly #endNow = (): void => {
    if (this.#child?.pid !== undefined) signal(this.#child.pid, 'SIGKILL');
  };

  #follow(child: ChildProcess): void {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      this.#output.emit('text');
    });
    let rest = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      this.#lines.push(...lines);
      this.#output.emit('log');
    });
  }
}
