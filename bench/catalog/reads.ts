import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type TestPostgres, startPostgres } from '../../test/support/postgres.ts';
import { startSallyport } from '../../test/support/sallyport.ts';
import { quantile } from '../results.ts';
import { benchUser, filledDataDir, residentMb } from './data.ts';

const rounds = 3;
const connections = 200;
/** Beyond the time that pgbench was told to run. */
const graceMs = 20_000;

type Mode = 'simple' | 'extended' | 'prepared';

interface Workload {
  readonly name: string;
  readonly script: string;
  readonly clients: readonly number[];
  readonly modes: readonly Mode[];
  readonly goal: (mode: Mode, clients: number) => Goal;
}

interface Goal {
  readonly text: string;
  readonly met: (ours: number, theirs: number) => boolean;
}

const ratioOf = (least: number): Goal => ({
  text: `≥ ${least.toFixed(1)}x`,
  met: (ours, theirs) => ours >= least * theirs,
});
const latency: Goal = { text: 'latency ≤ 1.2x', met: (ours, theirs) => theirs <= 1.2 * ours };
const repeated = (mode: Mode, clients: number): Goal =>
  clients === 1 ? latency : ratioOf(mode === 'prepared' ? 0.9 : 1);

const workloads: readonly Workload[] = [
  {
    name: 'guide’s join',
    script: `SELECT mz_connections.name, mz_ssh_tunnel_connections.*
 FROM mz_connections JOIN mz_ssh_tunnel_connections USING(id) WHERE mz_connections.name = 't7';`,
    clients: [1, 8, 64],
    modes: ['simple', 'extended', 'prepared'],
    goal: repeated,
  },
  {
    name: 'look-up by name',
    script: "SELECT id, name FROM mz_connections WHERE name = 't7';",
    clients: [1, 8, 64],
    modes: ['simple', 'extended', 'prepared'],
    goal: repeated,
  },
  {
    name: 'never the same parameter',
    script: `\\set n random(1, 1000000000)\nSELECT id, name FROM mz_connections WHERE name = 'x' || :n;`,
    clients: [8, 64],
    modes: ['extended', 'prepared'],
    goal: () => ({ text: '≥ 2000/s', met: (ours) => ours >= 2_000 }),
  },
];

/** Reads by pgbench, in turn with a PostgreSQL that holds the same rows. */
export async function measureReads(seconds: number): Promise<readonly string[]> {
  using dataDir = await filledDataDir(connections);
  await using server = await startSallyport({ dataDir: dataDir.path });
  await using postgres = await startPostgres({ settings: { max_connections: '100' } });
  fill(postgres);
  // The first mirror is not part of any conversation.
  await (await server.client()).query('SELECT name FROM mz_connections LIMIT 1');
  const lines = [
    '| workload | protocol | clients | Sallyport /s | PostgreSQL /s | ratio | goal | |',
    '|---|---|---|---|---|---|---|---|',
  ];
  for (const { name, script, clients, modes, goal } of workloads) {
    for (const mode of modes) {
      for (const count of clients) {
        const [ours, theirs]: [number[], number[]] = [[], []];
        for (let round = 0; round < rounds; round += 1) {
          ours.push(await pgbench(server.sqlPort, 'materialize', { script, mode, clients: count, seconds }));
          theirs.push(await pgbench(postgres.port, 'app', { script, mode, clients: count, seconds }));
        }
        const [mine, other] = [quantile(ours, 0.5), quantile(theirs, 0.5)];
        const { text, met } = goal(mode, count);
        const verdict = met(mine, other) ? 'met' : 'missed';
        lines.push(
          `| ${name} | ${mode} | ${count} | ${mine.toFixed(0)} | ${other.toFixed(0)} | ${(mine / other).toFixed(2)} | ${text} | ${verdict} |`,
        );
        process.stdout.write(`${lines.at(-1) ?? ''}\n`);
      }
    }
  }
  const resident = await residentMb(server.pid);
  return [...lines, '', `Resident after all of it, ${connections} connections: ${resident.toFixed(0)} MB (goal 260).`];
}

function fill(postgres: TestPostgres): void {
  postgres.sql(`CREATE TABLE mz_connections (id text PRIMARY KEY, name text, type text);
    CREATE TABLE mz_ssh_tunnel_connections (id text PRIMARY KEY, public_key_1 text, public_key_2 text);
    INSERT INTO mz_connections SELECT 'u' || n, 't' || n, 'ssh-tunnel' FROM generate_series(1, ${connections}) AS n;
    INSERT INTO mz_ssh_tunnel_connections
      SELECT 'u' || n, 'ssh-ed25519 AAAA' || n || '1 materialize', 'ssh-ed25519 AAAA' || n || '2 materialize' FROM generate_series(1, ${connections}) AS n;
    CREATE INDEX ON mz_connections (name);
    ANALYZE; GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC;`);
}

interface Run {
  readonly script: string;
  readonly mode: Mode;
  readonly clients: number;
  readonly seconds: number;
}

/** Transactions a second. @throws when pgbench fails, or does not end in time */
async function pgbench(port: number, database: string, { script, mode, clients, seconds }: Run): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-pgbench-'));
  try {
    const path = join(folder, 'script.sql');
    writeFileSync(path, `${script}\n`);
    const where = ['-h', '127.0.0.1', '-p', String(port), '-U', benchUser];
    const how = ['-n', '-f', path, '-M', mode, '-c', String(clients), '-j', '2', '-T', String(seconds)];
    const env = { ...process.env, PGOPTIONS: '' };
    const timeout = seconds * 1_000 + graceMs;
    const { stdout } = await promisify(execFile)('pgbench', [...where, ...how, database], { env, timeout });
    return Number(/tps = ([\d.]+)/.exec(stdout)?.[1] ?? Number.NaN);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
