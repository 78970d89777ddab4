import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Bench, Finding } from './bench.ts';
import { sallyport } from './ways.ts';

/** Memory in use, garbage not counted. */
function memory(): { readonly heap: number; readonly resident: number } {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, resident: rss };
}

const channels = 5_000;
const cycles = 20_000;

/** Five thousand connections at once, then twenty thousand one after another. */
export async function measureScale(bench: Bench): Promise<Finding[]> {
  await using ours = await sallyport(bench.sshd, bench.sshd);
  // Once for the heap to find its size: what is measured is what connections hold, not what opening them passes through.
  const first = await openAll(ours, bench.target.port);
  for (const socket of first) socket.destroy();
  first.length = 0;
  await nothingOpen(ours);
  const before = memory();
  const startedAt = performance.now();
  const sockets = await openAll(ours, bench.target.port);
  const openedMs = performance.now() - startedAt;
  const held = memory();
  const echoAt = performance.now();
  await Promise.all(
    sockets.map(async (socket) => {
      const data = once(socket, 'data');
      socket.write('ex');
      await data;
    }),
  );
  const echoMs = performance.now() - echoAt;
  const perChannel = (held.resident - before.resident) / channels;
  const heapPerChannel = (held.heap - before.heap) / channels;
  for (const socket of sockets) socket.destroy();
  bench.log(`${channels} channels: opened in ${openedMs.toFixed(0)} ms, all echo in ${echoMs.toFixed(0)} ms`);

  await cycle(ours, bench.target.port, 1_000);
  const start = memory();
  await cycle(ours, bench.target.port, cycles);
  const grown = memory().heap - start.heap;
  bench.log(`${cycles} cycles: heap grew by ${grown} bytes`);
  return [
    {
      what: `${channels} connections on one tunnel`,
      figure: `${(perChannel / 1024).toFixed(1)} KB resident, ${(heapPerChannel / 1024).toFixed(1)} KB heap each; open in ${(openedMs / 1000).toFixed(1)} s, all answer in ${(echoMs / 1000).toFixed(1)} s`,
      goal: '≤ 5 KB each',
      met: perChannel <= 5 * 1024,
    },
    {
      what: `${cycles} connections opened and closed`,
      figure: `heap ${grown < 0 ? '−' : '+'}${(Math.abs(grown) / 1024).toFixed(0)} KB`,
      goal: 'no leak',
      met: grown < cycles * 16,
    },
  ];
}

/** Closed on both sides, and what finishes later than that too. */
async function nothingOpen({ world }: Awaited<ReturnType<typeof sallyport>>): Promise<void> {
  while (world.tunnels.statuses().some((status) => status.channels > 0)) await setTimeout(10);
  await setTimeout(1_000);
}

const openAll = <T>(way: { open(port: number): Promise<T> }, port: number): Promise<T[]> =>
  Promise.all(Array.from({ length: channels }, () => way.open(port)));

async function cycle(
  ours: { open(port: number): Promise<{ destroy(): unknown }> },
  port: number,
  count: number,
): Promise<void> {
  for (let done = 0; done < count; done += 1) (await ours.open(port)).destroy();
}
