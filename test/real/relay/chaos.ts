import { setTimeout as wait } from 'node:timers/promises';
import { type RawClient, query, rawClient } from './raw-client.ts';
import type { RelayWorld } from './world.ts';

export interface ChaosReport {
  readonly answered: number;
  readonly lost: number;
  readonly kills: Readonly<Record<string, number>>;
  /** What must not be; empty when all went well. */
  readonly complaints: readonly string[];
}

const workers = 8;
const settlingMs = 60_000;
const killsMin = 6;
const complaintsMax = 10;

/**
 * Kills bastions, server processes and clients at random under clients who connect, ask and compare. Whatever is lost meanwhile is lost
 * with an error or a closed connection; wrong answers are not expected, and after each kill the next connect must work by itself.
 */
export async function runChaos(world: RelayWorld, seconds: number, seed: number): Promise<ChaosReport> {
  const random = generator(seed);
  const complaints: string[] = [];
  const kills: Record<string, number> = { bastion: 0, server: 0, client: 0 };
  const held = new Set<RawClient>();
  const state = { running: true, answered: 0, lost: 0 };
  const load = Array.from({ length: workers }, async (_, worker) => {
    while (state.running && complaints.length < complaintsMax) {
      const wrong = await converse(world, held, `${worker}-${random().toString(36).slice(2)}`);
      if (wrong === 'lost') state.lost += 1;
      else if (wrong === null) state.answered += 1;
      else complaints.push(wrong);
    }
  });
  const until = performance.now() + seconds * 1000;
  const total = (): number => Object.values(kills).reduce((sum, count) => sum + count);
  while ((performance.now() < until || total() < killsMin) && complaints.length < complaintsMax) {
    await wait(500 + random() * 1000);
    const [kind, kill] = pick(random, [
      ['bastion', () => killBastion(world)],
      ['server', () => killServerProcess(world, random)],
      ['client', () => killClients(held, random)],
    ] as const);
    kills[kind] = (kills[kind] ?? 0) + 1;
    await kill();
    const works = await nextConnectWorks(world);
    if (!works) complaints.push(`no connect worked within ${settlingMs} ms of killing a ${kind}`);
  }
  state.running = false;
  await Promise.all(load);
  return { answered: state.answered, lost: state.lost, kills, complaints };
}

/** A client that asks five times: null, `lost`, or what was wrong. */
async function converse(world: RelayWorld, held: Set<RawClient>, word: string): Promise<string | null> {
  const client = await rawClient(world.server.sqlPort).catch(String);
  if (typeof client === 'string') return client;
  held.add(client);
  try {
    await client.answered();
    for (let turn = 0; turn < 5; turn += 1) {
      const bytes = turn === 3 ? 200_000 : 10;
      const asked = `${word}-${turn}`;
      client.socket.write(query(`SELECT '${asked}' || repeat('.', ${bytes})`));
      const text = await client.answered(new RegExp(asked));
      if (!text.includes(`${asked}${'.'.repeat(bytes)}C`)) return `a wrong answer to ${asked}`;
    }
    return null;
  } catch (error) {
    return client.socket.closed || client.socket.destroyed ? 'lost' : `${word}: ${String(error)}`;
  } finally {
    held.delete(client);
    client.socket.destroy();
  }
}

/** Listener and sessions at once; it comes back. */
async function killBastion({ bastion }: RelayWorld): Promise<void> {
  await bastion.kill();
  await bastion.restart();
}

/** PostgreSQL ends all its sessions when one dies, and recovers. */
function killServerProcess({ database }: RelayWorld, random: () => number): void {
  try {
    const pids = database.sql("SELECT pid FROM pg_stat_activity WHERE usename IN ('app', 'trusted')").split('\n');
    const pid = Number(pids[Math.floor(random() * pids.length)]);
    if (pid > 0) process.kill(pid, 'SIGKILL');
  } catch {
    // It is recovering from the last kill.
  }
}

function killClients(held: ReadonlySet<RawClient>, random: () => number): void {
  for (const client of held) if (random() < 0.5) client.socket.resetAndDestroy();
}

async function nextConnectWorks(world: RelayWorld): Promise<boolean> {
  const until = performance.now() + settlingMs;
  while (performance.now() < until) {
    const outcome = await converse(world, new Set(), 'next');
    if (outcome === null) return true;
    await wait(100);
  }
  return false;
}

function pick<T>(random: () => number, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

/** Mulberry32: the same numbers for the same seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
