import { type ChildProcess, fork, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../test/support/ports.ts';
import { password, startPostgres, type TestPostgres } from '../../test/support/postgres.ts';
import { ended } from '../../test/support/processes.ts';
import { type Sallyport, startSallyport } from '../../test/support/sallyport.ts';
import { createAuthority } from '../../test/support/tls.ts';

/** The servers that are measured side by side, all on loopback. */
export interface Targets extends AsyncDisposable {
  readonly postgres: TestPostgres;
  /** pgbouncer before that PostgreSQL. */
  readonly bouncerPort: number;
  readonly wire: WireServer;
  /** Another one, that has served nobody yet. */
  startWire(): Promise<WireServer>;
  /** All of Sallyport, ready to answer SELECT; everybody is trusted. */
  startServer(): Promise<Sallyport>;
}

/** The protocol room in a process of its own, with a bare Node server beside it. */
export interface WireServer extends AsyncDisposable {
  readonly port: number;
  readonly barePort: number;
  readonly pid: number;
}

export const appPassword = password;

export async function startTargets(): Promise<Targets> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-wire-'));
  chmodSync(folder, 0o755);
  const authority = createAuthority('bench authority');
  const server = authority.issue({ commonName: 'localhost', names: ['IP:127.0.0.1'] });
  const [certFile, keyFile] = [join(folder, 'server.crt'), join(folder, 'server.key')];
  writeFileSync(certFile, server.certificate);
  writeFileSync(keyFile, server.key, { mode: 0o644 });
  const postgres = await startPostgres({
    tls: { server, ca: authority.certificate },
    settings: { max_connections: '200' },
  });
  const bouncer = await startBouncer(folder, postgres.port, certFile, keyFile);
  const startWire = async (): Promise<WireServer> => forkWire([certFile, keyFile, password]);
  const wire = await startWire();
  return {
    postgres,
    bouncerPort: bouncer.port,
    wire,
    startWire,
    async startServer() {
      const sallyport = await startSallyport({ args: ['--tls', 'auto', '--log-level', 'warn'] });
      await sallyport.psql('SELECT 1');
      return sallyport;
    },
    async [Symbol.asyncDispose]() {
      await wire[Symbol.asyncDispose]();
      bouncer.child.kill('SIGKILL');
      await ended(bouncer.child);
      await postgres[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startBouncer(folder: string, postgresPort: number, certFile: string, keyFile: string) {
  const port = await freePort();
  writeFileSync(join(folder, 'users.txt'), `"app" "${password}"\n"trusted" ""\n`);
  writeFileSync(
    join(folder, 'bouncer.ini'),
    [
      '[databases]',
      `app = host=127.0.0.1 port=${postgresPort} dbname=app`,
      '[pgbouncer]',
      `listen_addr = 127.0.0.1`,
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = hba',
      `auth_hba_file = ${join(folder, 'hba.conf')}`,
      `auth_file = ${join(folder, 'users.txt')}`,
      'pool_mode = session',
      'server_reset_query =',
      'max_client_conn = 5000',
      'default_pool_size = 20',
      'client_tls_sslmode = allow',
      `client_tls_cert_file = ${certFile}`,
      `client_tls_key_file = ${keyFile}`,
      'logfile = /dev/null',
    ].join('\n'),
  );
  writeFileSync(
    join(folder, 'hba.conf'),
    'host all trusted 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n',
  );
  const child = spawn(
    'setpriv',
    ['--reuid=postgres', '--regid=postgres', '--init-groups', 'pgbouncer', '-q', join(folder, 'bouncer.ini')],
    {
      stdio: 'ignore',
    },
  );
  return { port, child };
}

async function forkWire(args: readonly string[]): Promise<WireServer> {
  const child = fork(join(import.meta.dirname, 'server.ts'), [...args], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const ports = JSON.parse(await firstLine(child)) as { port: number; barePort: number };
  return {
    ...ports,
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended(child);
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('the server ended at start')));
    child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString('utf8')));
  });
}

/** Kilobytes of `VmRSS` or `VmHWM`. */
export function memoryKb(pid: number, name: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
}

/** Starts measuring the peak (VmHWM) anew. */
export const resetPeak = (pid: number): void => writeFileSync(`/proc/${pid}/clear_refs`, '5');
