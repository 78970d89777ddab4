import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

const program = join(import.meta.dirname, '../../dist/main.js');
const startTimeoutMs = 60_000;

/** The server as a process of its own, on free ports. */
export class DemoServer implements AsyncDisposable {
  /** What it printed: how to connect. */
  readonly greeting: string;
  readonly #child: ChildProcess;
  readonly #dataDir: string;

  private constructor(child: ChildProcess, dataDir: string, greeting: string) {
    this.#child = child;
    this.#dataDir = dataDir;
    this.greeting = greeting;
  }

  /** @throws Error with its last words when it ends instead of serving. */
  static async start(dataDir: string): Promise<DemoServer> {
    const ports = ['--listen-sql', '127.0.0.1:0', '--listen-http', '127.0.0.1:0'];
    const args = [program, '--data-dir', dataDir, ...ports, '--log-level', 'error', '--log-format', 'pretty'];
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SALLYPORT_')));
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    return new DemoServer(child, dataDir, await greetingOf(child));
  }

  /** A session of the first superuser, who has a password. */
  async session(): Promise<pg.Client> {
    const [, , , user, password] = readFileSync(join(this.#dataDir, 'pgpass'), 'utf8').trim().split(':');
    const port = Number(/ -p (\d+) /.exec(this.greeting)?.[1]);
    const client = new pg.Client({ host: '127.0.0.1', port, user, password, database: 'materialize' });
    client.on('error', () => {});
    await client.connect();
    return client;
  }

  /** Resolves when it ended, for whatever reason. */
  async ended(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.ended();
  }
}

async function greetingOf(child: ChildProcess): Promise<string> {
  const signal = AbortSignal.timeout(startTimeoutMs);
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (part: string) => (text += part));
  while (!/psql -h .*\n\n/s.test(text)) {
    if (child.stdout === null) throw new Error('the server has no output');
    const more = once(child.stdout, 'data', { signal });
    const end = once(child, 'exit').then(() => Promise.reject(new Error(`the server ended at its start\n${text}`)));
    end.catch(() => {});
    await Promise.race([more, end]);
  }
  return text;
}
