import { createWorld } from '../../test/real/tunnels/world.ts';
import { type Sshd, startSshd } from '../../test/support/sshd.ts';
import type { Bench, Finding } from './bench.ts';

const bastionCount = 50;
const tunnelCount = 200;

/** 200 tunnels to 50 bastions: all opened at once, then held. */
export async function measureFleet(bench: Bench): Promise<Finding[]> {
  const bastions: Sshd[] = [];
  for (let index = 0; index < bastionCount; index += 1) bastions.push(await startSshd());
  try {
    await using world = createWorld({ timeouts: { dialMs: 60_000 } });
    const tunnels = Array.from({ length: tunnelCount }, (_, index) => {
      const sshd = bastions[index % bastionCount] as Sshd;
      const { id, keys } = world.declared.declare(sshd);
      sshd.install(keys[0].publicKey);
      return id;
    });
    const before = process.memoryUsage().rss;
    const startedAt = performance.now();
    await Promise.all(
      tunnels.map((id) => world.connect(id, bench.target.port, '127.0.0.1', { signal: AbortSignal.timeout(90_000) })),
    );
    const seconds = (performance.now() - startedAt) / 1000;
    const megabytes = (process.memoryUsage().rss - before) / 1_000_000;
    bench.log(
      `${tunnelCount} tunnels to ${bastionCount} bastions: ${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB`,
    );
    return [
      {
        what: `${tunnelCount} tunnels to ${bastionCount} bastions, all opened at once`,
        figure: `${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB more resident memory here`,
        goal: '',
      },
    ];
  } finally {
    for (const sshd of bastions) await sshd[Symbol.asyncDispose]();
  }
}
