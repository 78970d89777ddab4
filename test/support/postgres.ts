import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Daemon, temporaryFolder } from './daemon.ts';
import type { Netns } from './netns.ts';
import { freePort } from './ports.ts';
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
 * (password in clear text), `trusted` (none asked), `carol` (client certificate), `encrypted` (over TLS only), `barred` (no line in pg_hba.conf). A `newcomer` may be made.
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
  const folder = temporaryFolder('postgres');
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
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const daemon = await Daemon.start({
    command: [...asPostgres, join(binaries, 'postgres'), '-D', data, ...args],
    netns: options.netns,
    ready: /ready to accept connections/,
    folder,
    endSignal: 'SIGQUIT',
  });
  return {
    host: '127.0.0.1',
    port,
    sql: (text) => {
      const psql = ['-h', folder, '-p', String(port), '-U', 'postgres', '-d', 'app', '-qAtc', text];
      return execFileSync('psql', psql, { encoding: 'utf8' }).trim();
    },
    freeze: () => daemon.signalAll('SIGSTOP'),
    thaw: () => daemon.signalAll('SIGCONT'),
    kill: () => daemon.kill(),
    [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
  };
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
    'host all app,newcomer all scram-sha-256',
    'host replication app all scram-sha-256',
    '',
  ].join('\n');
}

function writeTls(data: string, tls: NonNullable<PostgresOptions['tls']>): void {
  writeFileSync(join(data, 'server.crt'), tls.server.certificate);
  writeFileSync(join(data, 'server.key'), tls.server.key, { mode: 0o600 });
  writeFileSync(join(data, 'ca.crt'), tls.ca);
}
