import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { Daemon, temporaryFolder } from './daemon.ts';
import { freePort } from './ports.ts';
import { password, type TestPostgres } from './postgres.ts';
import type { Issued } from './tls.ts';

export interface PgbouncerOptions {
  readonly postgres: TestPostgres;
  readonly tls: Issued;
  readonly poolMode: 'session' | 'transaction';
}

/** A real PgBouncer before a PostgreSQL: database `app`, login `app` (SCRAM), TLS on offer. */
export interface TestPgbouncer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
}

export async function startPgbouncer({ postgres, tls, poolMode }: PgbouncerOptions): Promise<TestPgbouncer> {
  const folder = temporaryFolder('pgbouncer');
  const port = await freePort();
  const files = {
    'users.txt': `"app" "${password}"\n`,
    'server.crt': tls.certificate,
    'server.key': tls.key,
    'pgbouncer.ini': [
      '[databases]',
      `app = host=${postgres.host} port=${postgres.port} dbname=app`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = scram-sha-256',
      `auth_file = ${join(folder, 'users.txt')}`,
      `pool_mode = ${poolMode}`,
      'client_tls_sslmode = allow',
      `client_tls_cert_file = ${join(folder, 'server.crt')}`,
      `client_tls_key_file = ${join(folder, 'server.key')}`,
      '',
    ].join('\n'),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o600 });
  execFileSync('chown', ['-R', 'postgres:postgres', folder]);
  const daemon = await Daemon.start({
    command: ['pgbouncer', '-u', 'postgres', join(folder, 'pgbouncer.ini')],
    ready: /process up/,
    folder,
  });
  return { host: '127.0.0.1', port, [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose]() };
}
