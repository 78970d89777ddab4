// npx tsx bench/wire.ts [--only idle,logins,queries,results] [--rounds N] [--seconds N]: the protocol room, and for results the whole server,
// beside PostgreSQL, pgbouncer and a bare Node server.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as tlsConnect } from 'node:tls';
import { parseArgs, promisify } from 'node:util';
import { serialize } from 'pg-protocol';
import { startupPacket } from '../test/support/wire-client.ts';
import { circumstances, quantile, writeSection } from './results.ts';
import { appPassword, memoryKb, resetPeak, startTargets, type Targets } from './wire/targets.ts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
  },
});
const rounds = Number(options.rounds);
const secondsEach = Number(options.seconds);
const resultRows = 100_000;
const idlePlain = 5_000;
const idleTls = 5_000;

interface Way {
  readonly name: string;
  readonly port: number;
  readonly user: string;
  readonly sslmode: string;
}

const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
const script = join(folder, 'one.sql');
writeFileSync(script, 'SELECT 1;\n');

/** Transactions a second as pgbench counts them. */
async function pgbench(way: Way, more: readonly string[]): Promise<number> {
  const where = ['-h', '127.0.0.1', '-p', String(way.port), '-U', way.user, 'app'];
  const args = ['-n', '-f', script, '-T', String(secondsEach), '-j', '2', ...more, ...where];
  const env = { ...process.env, PGPASSWORD: appPassword, PGSSLMODE: way.sslmode };
  const { stdout } = await promisify(execFile)('/usr/lib/postgresql/15/bin/pgbench', args, { env });
  return Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
}

/** Each way in turn, several times: the medians. */
async function interleaved<Target>(
  ways: readonly Target[],
  measure: (way: Target) => Promise<number>,
): Promise<number[]> {
  const found = ways.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, way] of ways.entries()) found[index]?.push(await measure(way));
  }
  return found.map((values) => quantile(values, 0.5));
}

const trusted = { user: 'trusted', database: 'app' };
const superuser = { user: 'materialize', database: 'materialize' };

function session(port: number, who = trusted): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(startupPacket(who)));
    socket.once('error', reject);
    untilReady(socket, () => resolve(socket));
  });
}

function untilReady(socket: Socket, ready: () => void): void {
  const listener = (chunk: Buffer): void => {
    if (chunk.at(-6) !== 0x5a) return;
    socket.off('data', listener);
    ready();
  };
  socket.on('data', listener);
}

/** Megabytes a second of a large result that is read and thrown away. */
async function largeResult(port: number, who = trusted): Promise<number> {
  const socket = await session(port, who);
  const started = performance.now();
  let bytes = 0;
  socket.write(serialize.query(`SELECT generate_series(1, ${resultRows}), repeat('x', 1000)`));
  await new Promise<void>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > resultRows * 1000 && chunk.at(-6) === 0x5a) resolve();
    });
  });
  socket.destroy();
  return bytes / 1000 / (performance.now() - started);
}

function tlsSession(port: number, who = trusted): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const settings = { host: '127.0.0.1', port, rejectUnauthorized: false, ALPNProtocols: ['postgresql'] };
    const socket = tlsConnect(settings, () => socket.write(startupPacket(who)));
    socket.once('error', reject);
    untilReady(socket, () => resolve(socket));
  });
}

/** Kilobytes of the server for one idle session. */
async function idleKb(count: number, pid: number, open: () => Promise<Socket>): Promise<number> {
  const before = memoryKb(pid, 'VmRSS');
  const sockets: Socket[] = [];
  for (let made = 0; made < count; made += 50) {
    sockets.push(...(await Promise.all(Array.from({ length: 50 }, open))));
  }
  await delay(3_000);
  const grown = memoryKb(pid, 'VmRSS') - before;
  for (const socket of sockets) socket.destroy();
  await delay(1_000);
  return grown / count;
}

const cell = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(2));

async function logins(targets: Targets): Promise<string[]> {
  const ports = { PostgreSQL: targets.postgres.port, pgbouncer: targets.bouncerPort, Sallyport: targets.wire.port };
  const ways = (user: string, sslmode: string): Way[] =>
    Object.entries(ports).map(([name, port]) => ({ name, port, user, sslmode }));
  const bare = { name: 'bare Node', port: targets.wire.barePort, user: 'trusted', sslmode: 'disable' };
  const connects = (way: Way): Promise<number> => pgbench(way, ['-C', '-c', '8']);
  const trust = await interleaved([...ways('trusted', 'disable'), bare], connects);
  const scramTls = await interleaved(ways('app', 'require'), connects);
  const [, , ours = 0, node = 0] = trust;
  const [, bouncer = 0, oursTls = 0] = scramTls;
  return [
    '| connections a second, 8 clients | PostgreSQL | pgbouncer | Sallyport | bare Node | ratio | goal |',
    '|---|---|---|---|---|---|---|',
    `| trust, no TLS | ${trust.map(cell).join(' | ')} | ${cell(ours / node)} of bare Node | 0.5 |`,
    `| SCRAM and TLS | ${scramTls.map(cell).join(' | ')} | | ${cell(oursTls / bouncer)} of pgbouncer | 0.9 |`,
  ];
}

async function queries(targets: Targets): Promise<string[]> {
  const ways = [
    { name: 'PostgreSQL', port: targets.postgres.port, user: 'trusted', sslmode: 'disable' },
    { name: 'Sallyport', port: targets.wire.port, user: 'trusted', sslmode: 'disable' },
    { name: 'bare Node', port: targets.wire.barePort, user: 'trusted', sslmode: 'disable' },
  ];
  const lines = [
    '| SELECT 1 a second | PostgreSQL | Sallyport | bare Node | to PostgreSQL | to bare Node |',
    '|---|---|---|---|---|---|',
  ];
  for (const mode of ['simple', 'extended', 'prepared']) {
    for (const clients of ['8', '64']) {
      const found = await interleaved(ways, (way) => pgbench(way, ['-M', mode, '-c', clients]));
      const [theirs = 0, ours = 0, node = 0] = found;
      const ratios = [ours / theirs, ours / node].map(cell);
      lines.push(`| ${mode}, ${clients} clients | ${[...found.map(cell), ...ratios].join(' | ')} |`);
    }
  }
  return lines;
}

async function results(targets: Targets): Promise<string[]> {
  await using server = await targets.startServer();
  const postgres = { name: 'PostgreSQL', port: targets.postgres.port, pid: null, who: trusted };
  const ours = [
    { name: 'protocol room', port: targets.wire.port, pid: targets.wire.pid, who: trusted },
    { name: 'whole server', port: server.sqlPort, pid: server.pid, who: superuser },
  ];
  // What a server needs once for its first result is not what a result costs.
  for (const { port, who } of [postgres, ...ours]) await largeResult(port, who);
  const before = ours.map(({ pid }) => memoryKb(pid, 'VmRSS'));
  for (const { pid } of ours) resetPeak(pid);
  const ways = [postgres, ...ours].map((way) => ({ ...way, user: '', sslmode: '' }));
  const [theirs = 0, ...speeds] = await interleaved(ways, ({ port, who }) => largeResult(port, who));
  return [
    '| a result of 100 MB, MB a second | PostgreSQL | Sallyport | ratio | goal | memory above idle | goal |',
    '|---|---|---|---|---|---|---|',
    ...ours.map(({ name, pid }, index) => {
      const speed = speeds[index] ?? 0;
      const aboveMb = (memoryKb(pid, 'VmHWM') - (before[index] ?? 0)) / 1024;
      return `| ${name} | ${cell(theirs)} | ${cell(speed)} | ${cell(speed / theirs)} | 0.5 | ${cell(aboveMb)} MB | 32 MB |`;
    }),
  ];
}

async function idle(targets: Targets): Promise<string[]> {
  const lines = [
    '| idle sessions | held | KB each, protocol room | KB each, whole server | goal |',
    '|---|---|---|---|---|',
  ];
  for (const [name, count, goal, open] of [
    ['plain', idlePlain, 15, session],
    ['TLS', idleTls, 60, tlsSession],
  ] as const) {
    await using wire = await targets.startWire();
    const kb = await idleKb(count, wire.pid, () => open(wire.port));
    await using server = await targets.startServer();
    const wholeKb = await idleKb(count, server.pid, () => open(server.sqlPort, superuser));
    lines.push(`| ${name} | ${count} | ${cell(kb)} | ${cell(wholeKb)} | ${goal} |`);
  }
  return lines;
}

await using targets = await startTargets();
const parts: Readonly<Record<string, (targets: Targets) => Promise<string[]>>> = { idle, logins, queries, results };
const wanted = options.only.split(',').filter(Boolean);
const lines: string[] = [
  `The protocol room with fixed answers (no SQL behind it), where the whole server is not named; a process each; medians of ${rounds} interleaved runs. ${circumstances()}`,
];
for (const [name, measure] of Object.entries(parts)) {
  if (wanted.length === 0 || wanted.includes(name)) lines.push('', ...(await measure(targets)));
}
rmSync(folder, { recursive: true });
process.stdout.write(`${lines.join('\n')}\n`);
if (wanted.length === 0) writeSection('Protocol (bench/wire.ts)', lines);
