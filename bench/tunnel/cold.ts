import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { createWorld } from '../../test/real/tunnels/world.ts';
import { type Bench, type Finding, median, pairedRatio, times } from './bench.ts';
import { startDelay } from './delay.ts';
import { type Place, sshOptions, keyFileFor } from './ways.ts';

/** From nothing to the first byte through the tunnel, against `ssh -W`. */
export async function measureCold(bench: Bench): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [roundTripMs, goal] of [
    [0, 0.5],
    [40, 0.8],
  ] as const) {
    const here = { host: bench.sshd.host, port: bench.sshd.port };
    await using wire = roundTripMs === 0 ? undefined : await startDelay(here, { roundTripMs });
    const place = wire ?? here;
    const [mine, theirs]: [number[], number[]] = [[], []];
    for (let round = 0; round < bench.rounds * 3; round += 1) {
      mine.push(await oursOnce(bench, place));
      theirs.push(await sshOnce(bench, place));
    }
    const ratio = pairedRatio(mine, theirs);
    bench.log(
      `cold, ${roundTripMs} ms: Sallyport ${median(mine).toFixed(0)} ms, ssh -W ${median(theirs).toFixed(0)} ms`,
    );
    findings.push({
      what: `login, open and first byte, ${roundTripMs} ms round trip`,
      figure: `${median(mine).toFixed(0)} ms (ssh -W ${median(theirs).toFixed(0)} ms), ${times(ratio)}`,
      goal: `≤ ${goal}x of ssh -W`,
      met: ratio <= goal,
    });
  }
  return findings;
}

async function oursOnce(bench: Bench, place: Place): Promise<number> {
  await using world = createWorld();
  const { id, keys } = world.declared.declare(bench.sshd, { ...place });
  bench.sshd.install(keys[0].publicKey);
  const startedAt = performance.now();
  await firstByte(await world.connect(id, bench.target.port));
  return performance.now() - startedAt;
}

async function sshOnce(bench: Bench, place: Place): Promise<number> {
  await using world = createWorld();
  const keyFile = keyFileFor(world, bench.sshd, bench.folder);
  const startedAt = performance.now();
  const way = ['-W', `127.0.0.1:${bench.target.port}`];
  const child = spawn('ssh', [...way, ...sshOptions(keyFile, place), `${bench.sshd.user}@${place.host}`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.write('ex');
  await once(child.stdout, 'data');
  const tookMs = performance.now() - startedAt;
  child.kill('SIGKILL');
  await once(child, 'exit');
  return tookMs;
}

async function firstByte(socket: Duplex): Promise<void> {
  const data = once(socket, 'data');
  socket.write('ex');
  await data;
}
