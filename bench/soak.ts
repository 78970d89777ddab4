// npx tsx bench/soak.ts [--minutes 30] [--clients 64]: a server under mixed clients, many of which are killed in the middle of something. At the
// end nothing of them may be left. Exits with 1 when something is.
import { setMaxListeners } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Sallyport, firstPassword, firstRead, startSallyport } from '../test/support/sallyport.ts';
import { circumstances, writeSection } from './results.ts';
import { type Door, type Tally, soakClient } from './soak/clients.ts';
import { memoryKb, resetPeak } from './wire/targets.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, clients: { type: 'string', default: '64' } },
});
const [minutes, clients] = [Number(values.minutes), Number(values.clients)];
/** The run is cut into parts; behind each everybody leaves, and what is left is looked at. */
const parts = 4;
const settleMs = 5_000;
const settledWithinMs = 60_000;

/** What a server holds when nobody is there. */
interface Rest {
  readonly sessions: number;
  readonly statements: number;
  readonly portals: number;
  readonly sockets: number;
  readonly memoryMb: number;
}

await using server = await startSallyport({ args: ['--auth', 'scram', '--tls', 'auto', '--log-level', 'warn'] });
await firstRead(server);
const door: Door = { port: server.sqlPort, user: 'materialize', password: firstPassword(server) };
const tally: Tally = { statements: 0, connections: 0, kills: 0, ended: 0, unexpected: new Map() };

// What a server takes once for its first clients is not what they leave behind.
await soak(Math.min(60_000, (minutes * 60_000) / 10));
const rests = [await atRest()];
resetPeak(server.pid);
const startedAt = performance.now();
for (let part = 0; part < parts; part += 1) {
  await soak((minutes * 60_000) / parts);
  rests.push(await atRest());
}
const peakMb = memoryKb(server.pid, 'VmHWM') / 1024;
const tookMin = (performance.now() - startedAt) / 60_000;

const lines = [
  `${clients} mixed clients for ${tookMin.toFixed(1)} minutes: reads, DDL, transactions, portals, cursors, cancels, COPY, psql; with and without TLS. ${circumstances()}`,
  '',
  '| statements | connections | killed | ended for others (57014) | errors that nobody asked for | peak memory |',
  '|---|---|---|---|---|---|',
  `| ${tally.statements} | ${tally.connections} | ${tally.kills} | ${tally.ended} | ${unexpected()} | ${peakMb.toFixed(0)} MB |`,
  '',
  '| when everybody has left | sessions | prepared statements | portals | sockets | memory |',
  '|---|---|---|---|---|---|',
  ...rests.map(
    (rest, index) =>
      `| ${index === 0 ? 'after warming up' : `after ${index} of ${parts} parts`} | ${rest.sessions} | ${rest.statements} | ${rest.portals} | ${rest.sockets} | ${rest.memoryMb.toFixed(0)} MB |`,
  ),
];
process.stdout.write(`${lines.join('\n')}\n`);
const problems = leaks(rests);
for (const problem of problems) process.stdout.write(`LEAK: ${problem}\n`);
writeSection('Soak (bench/soak.ts)', [...lines, '', problems.length === 0 ? 'No leak.' : problems.join('; ')]);
process.exitCode = problems.length === 0 && tally.unexpected.size === 0 ? 0 : 1;

async function soak(durationMs: number): Promise<void> {
  const stop = AbortSignal.timeout(durationMs);
  setMaxListeners(0, stop);
  await Promise.all(Array.from({ length: clients }, (_, number) => soakClient(number, door, tally, stop)));
}

/** Waits until sessions are gone, which takes a moment where connections were cut. */
async function atRest(): Promise<Rest> {
  const deadline = performance.now() + settledWithinMs;
  await delay(settleMs);
  for (;;) {
    const rest = await restOf(server);
    if (rest.sessions === 0 || performance.now() > deadline) return rest;
    await delay(500);
  }
}

async function restOf({ pid }: Sallyport): Promise<Rest> {
  const text = await (await server.get('/metrics')).text();
  const metric = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  return {
    sessions: metric('sallyport_sessions'),
    statements: metric('sallyport_prepared_statements'),
    portals: metric('sallyport_portals'),
    sockets: socketsOf(pid),
    memoryMb: memoryKb(pid, 'VmRSS') / 1024,
  };
}

function socketsOf(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((fd) => {
    try {
      return readlinkSync(`${folder}/${fd}`).startsWith('socket:');
    } catch {
      return false;
    }
  }).length;
}

function unexpected(): string {
  const found = [...tally.unexpected].map(([what, count]) => `${count} × ${what}`);
  return found.length === 0 ? 'none' : found.join(', ');
}

/** Memory is compared with what it was behind the first part: by then a second mirror was needed and is kept warm. */
function leaks([warm, first, ...later]: readonly Rest[]): string[] {
  const last = later.at(-1);
  if (warm === undefined || first === undefined || last === undefined) return ['nothing was measured'];
  const found: string[] = [];
  for (const what of ['sessions', 'statements', 'portals'] as const) {
    if (last[what] !== 0) found.push(`${last[what]} ${what} are left`);
  }
  // Whoever asks for the metrics may have a connection of its own.
  if (last.sockets > warm.sockets + 2) found.push(`${last.sockets - warm.sockets} sockets are left`);
  if (last.memoryMb > first.memoryMb * 1.25 + 32) found.push('memory grew by more than a quarter');
  return found;
}
