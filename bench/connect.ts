// node --import tsx bench/connect.ts: a validation through a bastion, cold (no session yet) and warm, against the kind's own client library through `ssh -L`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { request } from 'undici';
import { CloseStack } from '../src/close-stack.ts';
import { kindByType } from '../src/connections/index.ts';
import { createWorld } from '../test/real/tunnels/world.ts';
import { planned, run, type Written } from '../test/support/connection-run.ts';
import { kafkaHosts, startKafka } from '../test/support/kafka.ts';
import { password as mysqlPassword, startMariadb } from '../test/support/mariadb.ts';
import { createNetns } from '../test/support/netns.ts';
import { freePort } from '../test/support/ports.ts';
import { password as postgresPassword, startPostgres } from '../test/support/postgres.ts';
import { path as registryPath, startRegistry } from '../test/support/registry.ts';
import { type Sshd, startSshd } from '../test/support/sshd.ts';
import { createAuthority } from '../test/support/tls.ts';
import { circumstances, quantile, writeSection } from './results.ts';
import { keyFileFor, sshOptions } from './tunnel/ways.ts';

const coldRounds = 15;
const warmRounds = 60;

/** The server gives a statement's own signal; a test's deadline would be measured with it. */
const never = new AbortController().signal;

interface Subject {
  readonly type: string;
  readonly options: Readonly<Record<string, Written>>;
  /** Where `ssh -L` leads to, as the bastion sees it. */
  readonly target: { readonly host: string; readonly port: number };
  /** What one would write with the library: log in, ask what a validation asks, leave. */
  readonly raw: (port: number) => Promise<void>;
}

await using parts = new CloseStack();
const netns = parts.use(createNetns({ hosts: { 'db.internal': '127.0.0.1', ...kafkaHosts(1) } }));
const sshd = parts.use(await startSshd({ netns, config: ['MaxStartups 100'] }));
const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-connect-'));
parts.defer(() => rmSync(folder, { recursive: true, force: true }));
const warmWorld = parts.use(createWorld());
const keyFile = keyFileFor(warmWorld, sshd, folder);
const { id, keys } = warmWorld.declared.declare(sshd);
sshd.install(keys[0].publicKey);

const rows: string[] = [];
for (const subject of await subjects()) {
  const cold = await pairs(
    coldRounds,
    () => ours(subject, 'cold'),
    () => theirs(subject, 'cold'),
  );
  await using forward = await startForward(sshd, subject.target);
  await ours(subject, 'warm');
  const warm = await pairs(
    warmRounds,
    () => ours(subject, 'warm'),
    () => theirs(subject, forward.port),
  );
  rows.push(row(subject.type, 'cold', cold, 0.6), row(subject.type, 'warm', warm, 1.1));
}
writeSection('Validation through a bastion (bench/connect.ts)', [
  `Medians of ${coldRounds} cold and ${warmRounds} warm rounds, ours and \`ssh -L\` with the kind's own client library in turn; the ratio is the median of the pairs. Cold: no SSH session yet; the ssh process counts. ${circumstances()}`,
  '',
  '| kind | | ours | library through `ssh -L` | ratio | goal | |',
  '|---|---|---|---|---|---|---|',
  ...rows,
]);

async function subjects(): Promise<readonly Subject[]> {
  const authority = createAuthority('bench');
  const server = authority.issue({ commonName: 'registry', names: ['DNS:db.internal'] });
  const database = parts.use(await startPostgres({ netns }));
  const mariadb = parts.use(await startMariadb({ netns }));
  parts.use(await startKafka({ version: '4.3.1', brokers: 1, netns, authority }));
  const registry = parts.use(await startRegistry({ netns, server }));
  // The same name on both ways: the bastion looks it up.
  const inside = (port: number) => ({ host: 'db.internal', port });
  return [
    {
      type: 'postgres',
      options: {
        HOST: 'db.internal',
        PORT: database.port,
        DATABASE: 'app',
        USER: 'app',
        PASSWORD: { secret: postgresPassword },
      },
      target: inside(database.port),
      raw: (port) => rawPostgres(port),
    },
    {
      type: 'mysql',
      options: { HOST: 'db.internal', PORT: mariadb.port, USER: 'app', PASSWORD: { secret: mysqlPassword } },
      target: inside(mariadb.port),
      raw: (port) => rawMysql(port),
    },
    {
      type: 'kafka',
      options: { BROKERS: ['broker-1.internal:9092'], 'SECURITY PROTOCOL': 'PLAINTEXT' },
      target: { host: 'broker-1.internal', port: 9092 },
      raw: (port) => rawKafka(port),
    },
    {
      type: 'confluent-schema-registry',
      options: { URL: `http://db.internal:${registry.httpPort}${registryPath}` },
      target: inside(registry.httpPort),
      raw: (port) => rawRegistry(port),
    },
  ];
}

async function ours(subject: Subject, temperature: 'cold' | 'warm'): Promise<void> {
  const kind = kindByType(subject.type);
  if (kind === undefined) throw new Error(`no kind ${subject.type}`);
  const details = planned(kind, { ...subject.options, 'SSH TUNNEL': { connection: id } });
  if (temperature === 'warm') return expectSuccess(await run(kind, details, { dial: warmWorld.dial, signal: never }));
  await using world = createWorld();
  world.declared.declare(sshd, warmWorld.declared.get(id));
  return expectSuccess(await run(kind, details, { dial: world.dial, signal: never }));
}

function expectSuccess({ error }: Awaited<ReturnType<typeof run>>): void {
  if (error !== undefined) throw error;
}

async function theirs(subject: Subject, forward: 'cold' | number): Promise<void> {
  if (forward !== 'cold') return subject.raw(forward);
  await using own = await startForward(sshd, subject.target);
  return await subject.raw(own.port);
}

async function startForward(
  bastion: Sshd,
  target: Subject['target'],
): Promise<{ readonly port: number } & AsyncDisposable> {
  const port = await freePort();
  const args = ['-N', '-L', `127.0.0.1:${port}:${target.host}:${target.port}`, ...sshOptions(keyFile, bastion)];
  const child = spawn('ssh', [...args, `${bastion.user}@${bastion.host}`], { stdio: 'ignore' });
  while (!(await accepts(port))) await wait(2);
  return {
    port,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function rawPostgres(port: number): Promise<void> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'app', password: postgresPassword, database: 'app' });
  await client.connect();
  await client.query("SELECT current_setting('server_version'), pg_is_in_recovery(), current_setting('wal_level')");
  await client.end();
}

async function rawMysql(port: number): Promise<void> {
  const connection = await mysql.createConnection({ host: '127.0.0.1', port, user: 'app', password: mysqlPassword });
  await connection.query("SHOW VARIABLES WHERE Variable_name IN ('version', 'log_bin', 'binlog_format')");
  await connection.end();
}

async function rawKafka(port: number): Promise<void> {
  const kafka = new Kafka({
    brokers: [`127.0.0.1:${port}`],
    logLevel: logLevel.NOTHING,
    // The announced name means nothing here: the one thing that a user of `ssh -L` cannot do without code.
    socketFactory: ({ onConnect }) => connect({ port, host: '127.0.0.1', noDelay: true }, onConnect),
  });
  const admin = kafka.admin();
  await admin.connect();
  await admin.describeCluster();
  await admin.disconnect();
}

async function rawRegistry(port: number): Promise<void> {
  const { body } = await request(`http://127.0.0.1:${port}${registryPath}/subjects`, { reset: true });
  await body.json();
}

interface Pair {
  readonly oursMs: number;
  readonly theirsMs: number;
}

/** Each way in turn, so that both see the same machine; the first round of each is not counted. */
async function pairs(rounds: number, left: () => Promise<void>, right: () => Promise<void>): Promise<readonly Pair[]> {
  const measured: Pair[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const pair = { oursMs: await timed(left), theirsMs: await timed(right) };
    if (round > 0) measured.push(pair);
  }
  return measured;
}

async function timed(body: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await body();
  return performance.now() - startedAt;
}

function row(type: string, temperature: string, measured: readonly Pair[], goal: number): string {
  const median = (of: (pair: Pair) => number): number => quantile(measured.map(of), 0.5);
  const ratio = median((pair) => pair.oursMs / pair.theirsMs);
  const ms = (value: number): string => `${value.toFixed(1)} ms`;
  const outcome = ratio <= goal ? 'met' : 'missed';
  return `| ${type} | ${temperature} | ${ms(median((pair) => pair.oursMs))} | ${ms(median((pair) => pair.theirsMs))} | ${ratio.toFixed(2)} | ${goal} | ${outcome} |`;
}
