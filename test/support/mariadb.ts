import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Daemon, temporaryFolder } from './daemon.ts';
import type { Netns } from './netns.ts';
import { freePort } from './ports.ts';
import type { Issued } from './tls.ts';

export interface MariadbOptions {
  /** Runs inside this namespace, on its own 127.0.0.1:3306 (`db.internal`). */
  readonly netns?: Netns | undefined;
  readonly tls?: { readonly server: Issued; readonly ca: string } | undefined;
}

/**
 * A real MariaDB in a private directory, ended with the test that started it. Database `app`; logins: `app` (native password), `edward`
 * (ed25519 plugin), `nobody` (no password), `carol` (and a client certificate), `encrypted` (over TLS only), `locked`.
 * Every password is {@link password}.
 */
export interface TestMariadb extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Runs SQL as the superuser, over the server's own socket. */
  sql(text: string): string;
  freeze(): void;
  thaw(): void;
  kill(): Promise<void>;
}

export const password = 'correct horse battery staple';

export async function startMariadb(options: MariadbOptions = {}): Promise<TestMariadb> {
  const folder = temporaryFolder('mariadb');
  execFileSync('cp', ['-a', template(), join(folder, 'data')]);
  const port = options.netns === undefined ? await freePort() : 3306;
  const tls = options.tls === undefined ? [] : writeTls(folder, options.tls);
  execFileSync('chown', ['-R', 'mysql:mysql', folder]);
  const socket = join(folder, 'sock');
  const daemon = await Daemon.start({
    command: [
      'mariadbd',
      '--no-defaults',
      '--user=mysql',
      `--datadir=${join(folder, 'data')}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--socket=${socket}`,
      `--pid-file=${join(folder, 'pid')}`,
      ...['--log-bin=binlog', '--binlog-format=ROW', '--server-id=1', '--skip-name-resolve', '--max-connections=20'],
      ...['--innodb-buffer-pool-size=16M', '--innodb-flush-log-at-trx-commit=0', '--plugin-load-add=auth_ed25519'],
      ...tls,
    ],
    netns: options.netns,
    ready: /ready for connections/,
    folder,
  });
  const sql = (text: string): string =>
    execFileSync('mariadb', ['--no-defaults', '-S', socket, '-u', 'root', '-N', '-B', '-e', text], {
      encoding: 'utf8',
    }).trim();
  for (const statement of users) sql(statement);
  return {
    host: '127.0.0.1',
    port,
    sql,
    freeze: () => daemon.signalAll('SIGSTOP'),
    thaw: () => daemon.signalAll('SIGCONT'),
    kill: () => daemon.kill(),
    [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
  };
}

const users = [
  'CREATE DATABASE app',
  `CREATE USER app IDENTIFIED VIA mysql_native_password USING PASSWORD('${password}')`,
  `CREATE USER edward IDENTIFIED VIA ed25519 USING PASSWORD('${password}')`,
  'CREATE USER nobody',
  `CREATE USER carol IDENTIFIED BY '${password}' REQUIRE X509`,
  `CREATE USER encrypted IDENTIFIED BY '${password}' REQUIRE SSL`,
  `CREATE USER locked IDENTIFIED BY '${password}' ACCOUNT LOCK`,
];

function writeTls(folder: string, tls: NonNullable<MariadbOptions['tls']>): readonly string[] {
  const files = { 'ssl-cert': tls.server.certificate, 'ssl-key': tls.server.key, 'ssl-ca': tls.ca };
  return Object.entries(files).map(([option, text]) => {
    const path = join(folder, `${option}.pem`);
    writeFileSync(path, text, { mode: 0o600 });
    return `--${option}=${path}`;
  });
}

/** System tables, made once and copied: mariadb-install-db takes more than a second. */
function template(): string {
  const final = join(tmpdir(), 'sallyport-test-mariadb-template');
  if (existsSync(final)) return final;
  const folder = temporaryFolder('install-db');
  const data = join(folder, 'data');
  mkdirSync(data);
  execFileSync('chown', ['-R', 'mysql:mysql', folder]);
  execFileSync(
    'mariadb-install-db',
    [
      '--no-defaults',
      '--user=mysql',
      `--datadir=${data}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  try {
    renameSync(data, final);
  } catch {
    // Another test process made it in the meantime.
  }
  rmSync(folder, { recursive: true, force: true });
  return final;
}
