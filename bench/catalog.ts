// node --import tsx bench/catalog.ts [seconds]: reads of the catalog by pgbench, interleaved with a PostgreSQL 15 that holds the same rows.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openCatalogStore } from '../src/catalog/index.ts';
import { role, tunnel } from '../test/unit/query/rows.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { type Sallyport, startSallyport } from '../test/support/sallyport.ts';
import { circumstances, quantile, writeSection } from './results.ts';

const seconds = Number(process.argv[2] ?? '4');
const rounds = 3;
const connections = 200;
const user = 'trusted';
const log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-catalog-'));

interface Workload {
  readonly name: string;
  readonly script: string;
  readonly clients: readonly number[];
  readonly modes: readonly Mode[];
  readonly goal: (mode: Mode, clients: number) => string;
}

type Mode = 'simple' | 'extended' | 'prepared';

const guide = `SELECT mz_connections.name, mz_ssh_tunnel_connections.*
 FROM mz_connections JOIN mz_ssh_tunnel_connections USING(id) WHERE mz_connections.name = 't7';`;
const repeatedGoal = (mode: Mode, clients: number): string =>
  clients === 1 ? 'latency ≤ 1.2x' : mode === 'prepared' ? '≥ 0.9x' : '≥ 1.0x';

const workloads: readonly Workload[] = [
  {
    name: 'guide’s join',
    script: guide,
    clients: [1, 8, 64],
    modes: ['simple', 'extended', 'prepared'],
    goal: repeatedGoal,
  },
  {
    name: 'look-up by name',
    script: "SELECT id, name FROM mz_connections WHERE name = 't7';",
    clients: [8, 64],
    modes: ['simple', 'extended', 'prepared'],
    goal: repeatedGoal,
  },
  {
    name: 'never the same parameter',
    script: `\\set n random(1, 1000000000)\nSELECT id, name FROM mz_connections WHERE name = 'x' || :n;`,
    clients: [8],
    modes: ['extended', 'prepared'],
    goal: () => '≥ 2 000/s',
  },
];

async function pgbench(port: number, database: string, script: string, mode: Mode, clients: number): Promise<number> {
  const where = ['-h', '127.0.0.1', '-p', String(port), '-U', user];
  const how = ['-n', '-f', script, '-M', mode, '-c', String(clients), '-j', '2', '-T', String(seconds)];
  const env = { ...process.env, PGOPTIONS: '' };
  const { stdout } = await promisify(execFile)('pgbench', [...where, ...how, database], { env });
  return Number(/tps = ([\d.]+)/.exec(stdout)?.[1] ?? Number.NaN);
}

async function fill(count: number): Promise<string> {
  const dataDir = mkdtempSync(join(folder, 'data-'));
  await using store = await openCatalogStore({ directory: dataDir, log });
  const changes = Array.from({ length: count }, (_, index) => tunnel(index + 1)).flat();
  await store.commit(store.current.version, [role(2, user), ...changes], []);
  return dataDir;
}

/** Milliseconds from the start of the process to the first answer that reads all rows, and to a DDL's end. */
async function measureStart(
  count: number,
): Promise<{ readonly firstSelectMs: number; readonly ddlMs: number; readonly residentMb: number }> {
  const dataDir = await fill(count);
  const startedAtMs = performance.now();
  await using server = await startSallyport({ dataDir });
  const client = await server.client();
  await client.query('SELECT count(*) FROM mz_connections');
  const firstSelectMs = performance.now() - startedAtMs;
  const ddlMs: number[] = [];
  for (let index = 0; index < 50; index += 1) {
    const beganAtMs = performance.now();
    await client.query(`CREATE SECRET s${index} AS 'x'`);
    ddlMs.push(performance.now() - beganAtMs);
  }
  return { firstSelectMs, ddlMs: quantile(ddlMs, 0.5), residentMb: await residentMb(server) };
}

async function residentMb(server: Sallyport): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(server.pid)]);
  return Number(stdout) / 1024;
}

async function main(): Promise<void> {
  await using server = await startSallyport({ dataDir: await fill(connections) });
  await using postgres = await startPostgres({ settings: { max_connections: '100' } });
  postgres.sql(`CREATE TABLE mz_connections (id text PRIMARY KEY, name text, type text);
    CREATE TABLE mz_ssh_tunnel_connections (id text PRIMARY KEY, public_key_1 text, public_key_2 text);
    INSERT INTO mz_connections SELECT 'u' || n, 't' || n, 'ssh-tunnel' FROM generate_series(1, ${connections}) AS n;
    INSERT INTO mz_ssh_tunnel_connections
      SELECT 'u' || n, 'ssh-ed25519 AAAA' || n || '1 materialize', 'ssh-ed25519 AAAA' || n || '2 materialize' FROM generate_series(1, ${connections}) AS n;
    CREATE INDEX ON mz_connections (name);
    ANALYZE; GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC;`);
  const lines = [
    circumstances(),
    '',
    '| workload | protocol | clients | Sallyport /s | PostgreSQL /s | ratio | goal |',
    '|---|---|---|---|---|---|---|',
  ];
  for (const { name, script, clients, modes, goal } of workloads) {
    const path = join(folder, 'script.sql');
    writeFileSync(path, `${script}\n`);
    for (const mode of modes) {
      for (const count of clients) {
        const ours: number[] = [];
        const theirs: number[] = [];
        for (let round = 0; round < rounds; round += 1) {
          ours.push(await pgbench(server.sqlPort, 'materialize', path, mode, count));
          theirs.push(await pgbench(postgres.port, 'app', path, mode, count));
        }
        const [mine, other] = [quantile(ours, 0.5), quantile(theirs, 0.5)];
        const ratio = count === 1 ? `${(other / mine).toFixed(2)} (latency)` : (mine / other).toFixed(2);
        lines.push(
          `| ${name} | ${mode} | ${count} | ${mine.toFixed(0)} | ${other.toFixed(0)} | ${ratio} | ${goal(mode, count)} |`,
        );
        process.stdout.write(`${lines.at(-1) ?? ''}\n`);
      }
    }
  }
  const served = await residentMb(server);
  const large = await measureStart(10_000);
  lines.push(
    '',
    `Resident after all of it, ${connections} connections: ${served.toFixed(0)} MB (goal 260).`,
    `With 10 000 connections: first SELECT ${large.firstSelectMs.toFixed(0)} ms after the start (goal 3 000), DDL ${large.ddlMs.toFixed(1)} ms (goal 10), resident ${large.residentMb.toFixed(0)} MB.`,
  );
  writeSection('Reading the catalog (bench/catalog.ts)', lines);
}

try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
