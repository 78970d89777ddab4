import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { PgError } from '../../../src/errors/index.ts';
import type { DialedSocket } from '../../../src/tunnels/index.ts';
import { type DelayProxy, startDelayProxy } from '../../support/delay-proxy.ts';
import { createNetns, type Netns } from '../../support/netns.ts';
import { startInnerServer } from '../../support/netns-echo.ts';
import { type Sshd, startSshd } from '../../support/sshd.ts';
import { createWorld, type World } from './world.ts';

export interface ChaosReport {
  readonly seed: number;
  readonly seconds: number;
  readonly actions: Readonly<Record<string, number>>;
  readonly dials: number;
  readonly failures: Readonly<Record<string, number>>;
  /** What must not be; empty when all went well. */
  readonly complaints: readonly string[];
}

interface Bastion {
  readonly sshd: Sshd;
  readonly wire: DelayProxy;
  state: 'up' | 'down' | 'frozen';
}

interface Arena {
  readonly world: World;
  readonly bastions: readonly Bastion[];
  readonly tunnels: readonly string[];
  readonly port: number;
  readonly random: () => number;
}

const timeouts = {
  silenceMs: 2_000,
  connectMs: 2_000,
  handshakeMs: 3_000,
  openMs: 3_000,
  dialMs: 6_000,
  idleMs: 3_000,
  extraIdleMs: 1_000,
};
/** No dial may take longer, and no exchange, whatever happens. */
const patienceMs = 15_000;
const workers = 12;

/**
 * Random kills, freezes, delays, resets and rotations of the bastions under workers who connect, exchange and compare. Failures are
 * expected while it lasts; wrong bytes, hangs and errors without a stage are not. Afterwards everything must work, and nothing be left.
 */
export async function runChaos(seed: number, seconds: number): Promise<ChaosReport> {
  const random = generator(seed);
  await using netns = createNetns();
  await using inner = await startInnerServer(netns);
  await using world = createWorld({ timeouts });
  const bastions = await Promise.all([
    startBastion(netns, ['MaxStartups 3']),
    startBastion(netns, []),
    startBastion(netns, []),
  ]);
  await using _ = { [Symbol.asyncDispose]: () => endBastions(bastions) };
  const arena: Arena = { world, bastions, tunnels: declareTunnels(world, bastions), port: inner.port, random };

  const tally = {
    actions: {} as Record<string, number>,
    failures: {} as Record<string, number>,
    complaints: [] as string[],
    dials: 0,
  };
  const state = { over: false };
  const working = Array.from({ length: workers }, () => work(arena, tally, state));
  const endsAt = performance.now() + seconds * 1000;
  while (performance.now() < endsAt) {
    // As often mended as harmed, so that there is something left to harm.
    const name = random() < 0.4 ? 'mend' : (pick(Object.keys(mischief), random) as keyof typeof mischief);
    tally.actions[name] = (tally.actions[name] ?? 0) + 1;
    if (process.env['CHAOS_TRACE'])
      console.log(performance.now().toFixed(0), name, tally.dials, JSON.stringify(tally.failures));
    await mischief[name](pick(bastions, random), arena);
    await wait(50 + random() * 700);
  }
  if (process.env['CHAOS_TRACE']) console.log('over');
  for (const bastion of bastions) await restore(bastion);
  state.over = true;
  await Promise.all(working);
  await inspect(arena, tally.complaints);
  return { seed, seconds, ...tally };
}

async function startBastion(netns: Netns, config: readonly string[]): Promise<Bastion> {
  const sshd = await startSshd({ netns, config });
  const wire = await startDelayProxy({ target: { host: sshd.host, port: sshd.port } });
  return { sshd, wire, state: 'up' };
}

async function endBastions(bastions: readonly Bastion[]): Promise<void> {
  for (const { sshd, wire } of bastions) {
    await wire[Symbol.asyncDispose]();
    await sshd[Symbol.asyncDispose]();
  }
}

/** Two tunnels to each bastion, and one through the first to the third. */
function declareTunnels(world: World, bastions: readonly Bastion[]): readonly string[] {
  const tunnels = [...bastions, ...bastions].map(({ sshd, wire }) => {
    const { id, keys } = world.declared.declare(sshd, { host: wire.host, port: wire.port });
    sshd.install(keys[0].publicKey, keys[1].publicKey);
    return id;
  });
  const [first, , third] = bastions;
  if (first === undefined || third === undefined) throw new Error('three bastions are needed');
  const jump = world.declared.declare(third.sshd, { through: tunnels[0] ?? null });
  third.sshd.install(jump.keys[0].publicKey, jump.keys[1].publicKey);
  return [...tunnels, jump.id];
}

const mischief = {
  kill: async (bastion: Bastion) => {
    if (bastion.state === 'frozen') bastion.sshd.thaw();
    await bastion.sshd.kill();
    bastion.state = 'down';
  },
  mend: async (_bastion: Bastion, { bastions }: Arena) => {
    for (const bastion of bastions) await restore(bastion);
  },
  killListener: async (bastion: Bastion) => {
    if (bastion.state !== 'up') return;
    await bastion.sshd.killListener();
    bastion.state = 'down';
  },
  freeze: async (bastion: Bastion) => {
    if (bastion.state !== 'up') return;
    bastion.sshd.freeze();
    bastion.state = 'frozen';
  },
  thaw: async (bastion: Bastion) => {
    if (bastion.state !== 'frozen') return;
    bastion.sshd.thaw();
    bastion.state = 'up';
  },
  cut: async (bastion: Bastion) => bastion.wire.cut(),
  hold: async (bastion: Bastion, { random }: Arena) => {
    bastion.wire.freeze();
    await wait(random() * 1_500);
    bastion.wire.thaw();
  },
  delay: async (bastion: Bastion, { random }: Arena) => bastion.wire.setDelay(random() * 30),
  rotate: async (bastion: Bastion, { world, tunnels, random }: Arena) => {
    const id = pick(tunnels.slice(0, 6), random);
    if (world.declared.get(id).port !== bastion.wire.port) return;
    const [old] = world.declared.get(id).keys;
    const rotated = world.declared.rotate(id);
    bastion.sshd.install(rotated.keys[1].publicKey);
    bastion.sshd.remove(old.publicKey);
    world.tunnels.definitionChanged(id);
  },
};

async function restore(bastion: Bastion): Promise<void> {
  if (bastion.state === 'frozen') bastion.sshd.thaw();
  if (bastion.state === 'down') await bastion.sshd.restart();
  bastion.state = 'up';
}

interface Tally {
  readonly failures: Record<string, number>;
  readonly complaints: string[];
  dials: number;
}

async function work(arena: Arena, tally: Tally, state: { over: boolean }): Promise<void> {
  while (!state.over) {
    tally.dials += 1;
    const startedAt = performance.now();
    try {
      await exchange(arena, pick(arena.tunnels, arena.random), tally.complaints);
    } catch (error) {
      const stage = error instanceof PgError ? (error.stage ?? error.code) : 'none';
      tally.failures[stage] = (tally.failures[stage] ?? 0) + 1;
      if (stage === 'none') tally.complaints.push(`an error without a stage: ${String(error)}`);
      await wait(20);
    }
    const tookMs = performance.now() - startedAt;
    if (tookMs > 2 * patienceMs + 5_000) tally.complaints.push(`an exchange took ${Math.round(tookMs)} ms`);
  }
}

/** Connects, sends random bytes in random pieces, compares what comes back, and leaves in one way or another. */
async function exchange({ world, port, random }: Arena, id: string, complaints: string[]): Promise<void> {
  const signal = AbortSignal.timeout(random() < 0.1 ? 50 : patienceMs);
  const socket = await world.connect(id, port, '127.0.0.1', { signal });
  // The bastion may freeze for as long as the session takes to notice.
  const stuck = setTimeout(
    () => socket.destroy(new PgError('connection_failure', 'stuck', { stage: 'stuck' })),
    patienceMs,
  );
  try {
    for (let round = 0; round < 3; round += 1) {
      const sent = Buffer.alloc(1 + Math.floor(random() ** 4 * 300_000), Math.floor(random() * 256));
      const received = await exchanged(socket, sent, random);
      if (!received.equals(sent)) complaints.push(`${sent.length} bytes came back changed`);
    }
    if (random() < 0.5) socket.end();
  } finally {
    clearTimeout(stuck);
    socket.destroy();
  }
}

/** What comes back of `sent`. @throws the socket's error when it closes before, or has closed already. */
async function exchanged(socket: DialedSocket, sent: Buffer, random: () => number): Promise<Buffer> {
  const over = new AbortController();
  const closed = async (): Promise<never> => {
    if (!socket.closed) await once(socket, 'close', { signal: over.signal });
    throw socket.errored ?? new PgError('connection_failure', 'closed early', { stage: 'closed' });
  };
  try {
    return await Promise.race([echoed(socket, sent, random), closed()]);
  } finally {
    over.abort();
  }
}

function echoed(socket: DialedSocket, sent: Buffer, random: () => number): Promise<Buffer> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let length = 0;
    const onData = (chunk: Buffer) => {
      parts.push(chunk);
      length += chunk.length;
      if (length < sent.length) return;
      socket.off('data', onData);
      resolve(Buffer.concat(parts));
    };
    socket.on('data', onData);
    for (let start = 0; start < sent.length; ) {
      const end = start + 1 + Math.floor(random() * 100_000);
      socket.write(sent.subarray(start, end));
      start = end;
    }
  });
}

/** Every tunnel works, and nothing is left but what is in use. */
async function inspect({ world, bastions, tunnels, port }: Arena, complaints: string[]): Promise<void> {
  for (const bastion of bastions) bastion.wire.setDelay(0);
  for (const id of tunnels) {
    try {
      await world.tunnels.check(id, world.declared, AbortSignal.timeout(patienceMs));
      const socket = await world.connect(id, port);
      const received = await exchanged(socket, Buffer.from('afterwards'), () => 0.5);
      if (received.toString() !== 'afterwards') complaints.push(`tunnel ${id} does not echo`);
      socket.destroy();
    } catch (error) {
      complaints.push(`tunnel ${id} does not work afterwards: ${String(error)}`);
    }
  }
  // Idle sessions close by themselves.
  const left = () => ({
    channels: world.tunnels.channels().length,
    bufferedBytes: world.tunnels.statuses().reduce((sum, status) => sum + status.bufferedBytes, 0),
    sessions: world.tunnels.statuses().reduce((sum, status) => sum + status.sessions, 0),
    bastionProcesses: bastions.flatMap((bastion) => bastion.sshd.sessionPids()).length,
    connections: bastions.reduce((sum, bastion) => sum + bastion.wire.connections, 0),
  });
  const deadline = performance.now() + 60_000;
  while (Object.values(left()).some((count) => count > 0) && performance.now() < deadline) await wait(100);
  for (const [what, count] of Object.entries(left())) if (count > 0) complaints.push(`${count} ${what} left`);
}

const pick = <T>(from: readonly T[], random: () => number): T => from[Math.floor(random() * from.length)] as T;

/** mulberry32: small, and the same everywhere. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
