import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Netns } from './netns.ts';
import { freePort } from './ports.ts';
import { ended, signal } from './processes.ts';
import type { Issued } from './tls.ts';

export interface PostgresOptions {
  /** Runs inside this namespace, on its own 127.0.0.1:5432 (`db.internal`). */
  readonly netns?: Netns | undefined;
  /** Without it the server offers no TLS. `ca`: what client certificates are checked against. */
  readonly tls?: { readonly server: Issued; readonly ca: string } | undefined;
  /** `name = value` settings. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

/**
 * A real PostgreSQL in a private directory, ended with the test that started it. Database `app`; logins: `app` (SCRAM), `old` (md5), `plain`
 * (password in clear text), `trusted` (none asked), `carol` (client certificate), `encrypted` (over TLS only), `barred` (no line in pg_hba.conf).
 * Every password is {@link password}.
 */
export interface TestPostgres extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Runs SQL as the superuser in database `app`, over the server's own socket. */
  sql(text: string): string;
  /** Stops all its processes without closing anything; `thaw` lets them go on. */
  freeze(): void;
  thaw(): void;
  /** Ends the server at once. */
  kill(): Promise<void>;
}

export const password = 'correct horse battery staple';

const binaries = findBinaries();

export async function startPostgres(options: PostgresOptions = {}): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-postgres-'));
  const data = join(folder, 'data');
  execFileSync('cp', ['-a', template(), data]);
  writeFileSync(join(data, 'pg_hba.conf'), hba(options.tls !== undefined));
  if (options.tls !== undefined) writeTls(data, options.tls);
  execFileSync('chown', ['-R', 'postgres:postgres', folder]);
  const port = options.netns === undefined ? await freePort() : 5432;
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: folder,
    fsync: 'off',
    max_connections: '20',
    ...(options.tls === undefined ? {} : { ssl: 'on', ssl_ca_file: 'ca.crt' }),
    ...options.settings,
  };
  const args = ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const command = [...asPostgres, join(binaries, 'postgres'), ...args] as const;
  const child =
    options.netns === undefined
      ? spawn(command[0], command.slice(1), { stdio: ['ignore', 'ignore', 'pipe'] })
      : options.netns.spawn(command[0], command.slice(1), { stdio: ['ignore', 'ignore', 'pipe'] });
  await ready(child);
  return new RealPostgres(folder, port, child);
}

class RealPostgres implements TestPostgres {
  readonly host = '127.0.0.1';
  readonly port: number;
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #killAtExit = (): void => this.#signalAll('SIGKILL');

  constructor(folder: string, port: number, child: ChildProcess) {
    this.#folder = folder;
    this.port = port;
    this.#child = child;
    process.once('exit', this.#killAtExit);
  }

  sql(text: string): string {
    const args = ['-h', this.#folder, '-p', String(this.port), '-U', 'postgres', '-d', 'app', '-qAtc', text];
    return execFileSync('psql', args, { encoding: 'utf8' }).trim();
  }

  freeze(): void {
    this.#signalAll('SIGSTOP');
  }

  thaw(): void {
    this.#signalAll('SIGCONT');
  }

  async kill(): Promise<void> {
    this.thaw();
    signal(this.#pid, 'SIGQUIT');
    await ended(this.#child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    process.off('exit', this.#killAtExit);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #pid(): number {
    return this.#child.pid ?? Number.NaN;
  }

  #signalAll(name: NodeJS.Signals): void {
    const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(this.#pid)], { encoding: 'utf8' }).split('\n');
    for (const pid of [this.#pid, ...children.filter((line) => line.trim() !== '').map(Number)]) signal(pid, name);
  }
}

const asPostgres = ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups'] as const;

function findBinaries(): string {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : [];
  const newest = versions.toSorted((left, right) => Number(right) - Number(left))[0];
  if (newest === undefined) throw new Error('PostgreSQL is needed: apt-get install postgresql');
  return join('/usr/lib/postgresql', newest, 'bin');
}

/** A cluster with roles and database, made once and copied: initdb takes a second. */
function template(): string {
  const final = join(tmpdir(), 'sallyport-test-postgres-template');
  if (existsSync(final)) return final;
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-initdb-'));
  execFileSync('chown', ['postgres:postgres', folder]);
  const run = (program: string, args: readonly string[], input?: string): void => {
    execFileSync(asPostgres[0], [...asPostgres.slice(1), join(binaries, program), ...args], {
      cwd: folder,
      input,
      stdio: ['pipe', 'ignore', 'pipe'],
    });
  };
  run('initdb', ['-D', folder, '-U', 'postgres', '-A', 'trust', '-N', '-E', 'UTF8', '--locale=C.UTF-8']);
  run('postgres', ['--single', '-D', folder, 'postgres'], roles);
  try {
    renameSync(folder, final);
  } catch {
    // Another test process made it in the meantime.
    rmSync(folder, { recursive: true, force: true });
  }
  return final;
}

/** One statement a line, as single-user mode reads them. */
const roles = [
  'CREATE DATABASE app',
  ...['app', 'plain', 'encrypted', 'barred'].map((name) => `CREATE ROLE ${name} LOGIN PASSWORD '${password}'`),
  'CREATE ROLE trusted LOGIN',
  'CREATE ROLE carol LOGIN',
  "SET password_encryption = 'md5'",
  `CREATE ROLE old LOGIN PASSWORD '${password}'`,
  'CREATE DATABASE closed',
  'REVOKE CONNECT ON DATABASE closed FROM PUBLIC',
  '',
].join('\n');

function hba(tls: boolean): string {
  return [
    'local all postgres trust',
    'host all trusted all trust',
    'host all old all md5',
    'host all plain all password',
    ...(tls ? ['hostssl all carol all cert', 'hostssl all encrypted all scram-sha-256'] : []),
    'host all app all scram-sha-256',
    '',
  ].join('\n');
}

function writeTls(data: string, tls: NonNullable<PostgresOptions['tls']>): void {
  writeFileSync(join(data, 'server.crt'), tls.server.certificate);
  writeFileSync(join(data, 'server.key'), tls.server.key, { mode: 0o600 });
  writeFileSync(join(data, 'ca.crt'), tls.ca);
}

async function ready(child: ChildProcess): Promise<void> {
  const lines: string[] = [];
  if (child.stderr === null) throw new Error('the log of PostgreSQL is not read');
  for await (const line of createInterface({ input: child.stderr })) {
    lines.push(line);
    if (line.includes('ready to accept connections')) {
      child.stderr.resume();
      return;
    }
  }
  throw new Error(`PostgreSQL did not start:\n${lines.join('\n')}`);
}
