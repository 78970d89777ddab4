import { Client, type ClientConfig } from 'pg';
import { CloseStack } from '../../../src/close-stack.ts';
import { createNetns, type Netns } from '../../support/netns.ts';
import { password, startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { type ProgramResult, runProgram } from '../../support/programs.ts';
import { type Sallyport, type SallyportOptions, startSallyport } from '../../support/sallyport.ts';
import { type Sshd, startSshd } from '../../support/sshd.ts';
import { type Authority, createAuthority } from '../../support/tls.ts';

export { password } from '../../support/postgres.ts';

/**
 * A server, and a database `db.internal` that only a bastion reaches, through `tunnel`. Connections: `pg_connection`, which the role `alice`
 * may use, and whatever {@link RelayWorld.declare} adds.
 */
export interface RelayWorld extends AsyncDisposable {
  readonly netns: Netns;
  readonly bastion: Sshd;
  readonly database: TestPostgres;
  readonly authority: Authority;
  readonly server: Sallyport;
  /** A client of the private database, as `alice` unless told otherwise. */
  connect(config?: ClientConfig): Promise<Client>;
  /** A program of PostgreSQL, led to the private database as `alice` by its environment. */
  run(program: string, args: readonly string[], options?: RunOptions): Promise<ProgramResult>;
  /** Statements in the catalog, as the superuser. @throws Error with what psql printed */
  sql(text: string): Promise<string>;
  /** A connection to the private database that `alice` may use. `options` add to, or replace, those of `pg_connection`. */
  declare(name: string, options: Readonly<Record<string, string>>): Promise<void>;
  /** The same without looking whether it works. */
  declareUnchecked(name: string, options: Readonly<Record<string, string>>): Promise<void>;
}

export interface RunOptions {
  readonly user?: string;
  readonly database?: string;
  readonly input?: string;
  readonly timeoutMs?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface WorldOptions extends SallyportOptions {
  readonly settings?: Readonly<Record<string, string>>;
}

export async function createRelayWorld(options: WorldOptions = {}): Promise<RelayWorld> {
  await using opened = new CloseStack();
  const netns = opened.use(createNetns());
  const bastion = opened.use(await startSshd({ netns, openFiles: 8192 }));
  const authority = createAuthority('test');
  const certificate = authority.issue({ commonName: 'db.internal', names: ['DNS:db.internal'] });
  const tls = { server: certificate, ca: authority.certificate };
  const database = opened.use(await startPostgres({ netns, tls, settings: options.settings }));
  const server = opened.use(await startSallyport(options));
  const sql = async (text: string): Promise<string> => {
    const { code, stdout, stderr } = await server.psql(text, ['-qAt', '-v', 'ON_ERROR_STOP=1']);
    if (code !== 0) throw new Error([text, stderr, ...server.logLines().slice(-3)].join('\n'));
    return stdout.trim();
  };
  const declare = (name: string, changed: Readonly<Record<string, string>>): Promise<void> =>
    declareConnection(sql, name, changed, '');
  const declareUnchecked = (name: string, changed: Readonly<Record<string, string>>): Promise<void> =>
    declareConnection(sql, name, changed, 'WITH (VALIDATE = false)');
  const tunnel = `HOST '${bastion.host}', PORT ${bastion.port}, USER '${bastion.user}'`;
  bastion.install(
    await sql(`CREATE CONNECTION tunnel TO SSH TUNNEL (${tunnel});
      SELECT public_key_1 FROM mz_ssh_tunnel_connections;`),
  );
  await sql(`CREATE SECRET password AS '${password}'; CREATE ROLE alice LOGIN;`);
  await declare('pg_connection', {});
  const parts = opened.move();
  return {
    ...{ netns, bastion, database, authority, server, sql, declare, declareUnchecked },
    connect: async (config = {}) => {
      const client = new Client({ ...where(server), connectionTimeoutMillis: 60_000, ...config });
      client.on('error', () => {});
      await client.connect();
      return client;
    },
    run: (program, args, run = {}) =>
      runProgram(program, args, {
        env: { ...process.env, ...environment(server, run), ...run.environment },
        timeoutMs: run.timeoutMs ?? 120_000,
        ...(run.input === undefined ? {} : { input: run.input }),
      }),
    [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose](),
  };
}

async function declareConnection(
  sql: RelayWorld['sql'],
  name: string,
  changed: Readonly<Record<string, string>>,
  validation: string,
): Promise<void> {
  const options = {
    HOST: "'db.internal'",
    PORT: '5432',
    USER: "'app'",
    PASSWORD: 'SECRET password',
    'SSL MODE': "'require'",
    DATABASE: "'app'",
    'SSH TUNNEL': 'tunnel',
    ...changed,
  };
  const listed = Object.entries(options).filter(([, value]) => value !== '');
  const text = listed.map(([option, value]) => `${option} ${value}`).join(', ');
  await sql(
    `CREATE CONNECTION ${name} TO POSTGRES (${text}) ${validation}; GRANT USAGE ON CONNECTION ${name} TO alice;`,
  );
}

const where = (server: Sallyport): ClientConfig => ({
  host: '127.0.0.1',
  port: server.sqlPort,
  user: 'alice',
  database: 'pg_connection',
});

const environment = (server: Sallyport, { user = 'alice', database = 'pg_connection' }: RunOptions) => ({
  PGHOST: '127.0.0.1',
  PGPORT: String(server.sqlPort),
  PGUSER: user,
  PGDATABASE: database,
});
