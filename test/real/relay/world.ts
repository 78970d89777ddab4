import type { ClientConfig } from 'pg';
import { Client } from 'pg';
import { CloseStack } from '../../../src/close-stack.ts';
import { databasePassword, type PrivateNetwork, startPrivateNetwork } from '../../support/private-network.ts';
import { type ProgramResult, runProgram } from '../../support/programs.ts';
import { type Sallyport, type SallyportOptions, startSallyport } from '../../support/sallyport.ts';

/** A server, and a database that only its bastion reaches: the connection `pg_connection`, which the role `alice` may use. */
export interface RelayWorld extends AsyncDisposable {
  readonly network: PrivateNetwork;
  readonly server: Sallyport;
  /** A client of the private database, as `alice` unless told otherwise. */
  connect(config?: ClientConfig): Promise<Client>;
  /** A program of PostgreSQL in the private database: `psql`, `pg_dump` … */
  run(program: string, args: readonly string[], options?: RunOptions): Promise<ProgramResult>;
  /** Statements in the catalog, as the superuser. @throws Error with what psql printed */
  sql(text: string): Promise<string>;
}

export interface RunOptions {
  readonly user?: string;
  readonly database?: string;
  readonly input?: string;
  readonly timeoutMs?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

export async function createRelayWorld(options: SallyportOptions = {}): Promise<RelayWorld> {
  await using opened = new CloseStack();
  const network = opened.use(await startPrivateNetwork());
  const server = opened.use(await startSallyport(options));
  const world = {
    network,
    server,
    connect: async (config: ClientConfig = {}) => {
      const client = new Client({ ...where(server), connectionTimeoutMillis: 30_000, ...config });
      client.on('error', () => {});
      await client.connect();
      return client;
    },
    run: (program: string, args: readonly string[], run: RunOptions = {}) =>
      runProgram(program, args, {
        env: { ...process.env, ...environment(server, run), ...run.environment },
        ...(run.input === undefined ? {} : { input: run.input }),
        timeoutMs: run.timeoutMs ?? 60_000,
      }),
    sql: async (text: string) => {
      const { code, stdout, stderr } = await server.psql(text, ['-qAt', '-v', 'ON_ERROR_STOP=1']);
      if (code !== 0) throw new Error(`${text}\n${stderr}`);
      return stdout.trim();
    },
  };
  await declare(world);
  const parts = opened.move();
  return { ...world, [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose]() };
}

async function declare({ network, sql }: Pick<RelayWorld, 'network' | 'sql'>): Promise<void> {
  await sql(network.createTunnel('tunnel'));
  const key = await sql('SELECT public_key_1 FROM mz_ssh_tunnel_connections');
  network.bastion.install(key);
  await sql(`CREATE SECRET password AS '${databasePassword}'`);
  await sql(network.createPostgres('pg_connection', 'tunnel', 'password'));
  await sql('CREATE ROLE alice LOGIN');
  await sql('GRANT USAGE ON CONNECTION pg_connection TO alice');
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
