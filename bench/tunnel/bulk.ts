import { setMtu } from './mtu.ts';
import { type Bench, type Finding, median, pairedRatio, times } from './bench.ts';
import { startDelay } from './delay.ts';
import { type Bulk, bulk } from './measures.ts';
import { keyFileFor, sallyport, sshForward, type Way } from './ways.ts';

interface Cell {
  readonly direction: 'down' | 'up';
  readonly streams: number;
}

const near: readonly Cell[] = [1, 4, 16].flatMap((streams) => [
  { direction: 'down' as const, streams },
  { direction: 'up' as const, streams },
]);
const far = near.filter((cell) => cell.streams < 16);

/** Bulk at each round trip: every way in every round, the order turned round by round. */
export async function measureBulk(bench: Bench): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const roundTripMs of bench.roundTripsMs) {
    setMtu(roundTripMs === 0 ? 65_535 : 1_500);
    const here = { host: bench.sshd.host, port: bench.sshd.port };
    await using wire = roundTripMs === 0 ? undefined : await startDelay(here, { roundTripMs });
    const results = await measureAt(bench, wire ?? here, roundTripMs);
    findings.push(...(roundTripMs === 0 ? nearFindings(results) : farFindings(results, roundTripMs)));
  }
  setMtu(65_535);
  return findings;
}

type Results = ReadonlyMap<string, ReadonlyMap<string, readonly Bulk[]>>;

async function measureAt(bench: Bench, place: { host: string; port: number }, roundTripMs: number): Promise<Results> {
  await using ours = await sallyport(bench.sshd, place);
  const keyFile = keyFileFor(ours.world, bench.sshd, bench.folder);
  const options = { place, keyFile, ports: [bench.target.port] };
  await using plain = await sshForward('ssh -L', bench.sshd, options);
  const extra = ['-c', 'aes128-gcm@openssh.com'];
  await using gcm = await sshForward('ssh -L, aes128-gcm', bench.sshd, { ...options, extra });
  const ways: readonly Way[] = [ours, plain, gcm];
  const results = new Map<string, Map<string, Bulk[]>>();
  for (const cell of roundTripMs === 0 ? near : far) {
    const name = `${cell.direction} ${cell.streams}`;
    for (let round = 0; round < bench.rounds; round += 1) {
      for (let turn = 0; turn < ways.length; turn += 1) {
        const way = ways[(turn + round) % ways.length] as Way;
        const megabytes = megabytesFor(roundTripMs, cell.streams);
        const measured = await bulk(way, bench.target.port, { ...cell, megabytes });
        const byWay = results.get(name) ?? new Map<string, Bulk[]>();
        results.set(name, byWay.set(way.name, [...(byWay.get(way.name) ?? []), measured]));
      }
    }
    const byWay = [...(results.get(name) ?? [])];
    const speeds = byWay.map(
      ([way, all]) => `${way} ${median(all.map((one) => one.megabytesPerSecond)).toFixed(0)} MB/s`,
    );
    bench.log(`${roundTripMs} ms, ${name}: ${speeds.join(', ')}`);
  }
  return results;
}

/** About a second for ssh -L, whose window of 2 MB sets its pace on a long wire. */
function megabytesFor(roundTripMs: number, streams: number): number {
  if (roundTripMs === 0) return 400;
  return Math.min(300, (2_000 / roundTripMs) * Math.min(streams, 3) * 1.5);
}

const speedsOf = (results: Results, cell: string, way: string): readonly number[] =>
  (results.get(cell)?.get(way) ?? []).map((one) => one.megabytesPerSecond);

const ratioOf = (results: Results, cell: string, way: string): number =>
  pairedRatio(speedsOf(results, cell, 'Sallyport'), speedsOf(results, cell, way));

function nearFindings(results: Results): Finding[] {
  const cells = [...results.keys()];
  const against = (way: string, goal: number, least: number): Finding => {
    const ratios = cells.map((cell) => ratioOf(results, cell, way));
    const each = cells.map((cell, index) => `${cell} ${times(ratios[index] ?? 0)}`).join(', ');
    return {
      what: `bulk, no delay, against ${way}`,
      figure: `${times(median(ratios))} (${each})`,
      goal: `median ≥ ${goal}x, none < ${least}x`,
      met: median(ratios) >= goal && Math.min(...ratios) >= least,
    };
  };
  const cpuOf = (way: string) => (results.get('down 4')?.get(way) ?? []).map((one) => one.cpuSecondsPerGigabyte);
  const cpu = pairedRatio(cpuOf('Sallyport'), cpuOf('ssh -L'));
  return [
    against('ssh -L', 1.4, 1.2),
    against('ssh -L, aes128-gcm', 1, 0.75),
    {
      what: 'processor time on our side for a gigabyte down (4 streams)',
      figure: `${median(cpuOf('Sallyport')).toFixed(2)} s, ${times(cpu)}`,
      goal: '≤ 0.75x of ssh -L with its reader',
      met: cpu <= 0.75,
    },
  ];
}

function farFindings(results: Results, roundTripMs: number): Finding[] {
  const goals: Readonly<Record<string, number>> = roundTripMs === 40 ? { 'down 1': 3, 'down 4': 2 } : {};
  return [...results.keys()].map((cell) => {
    const ratio = ratioOf(results, cell, 'ssh -L');
    const goal = goals[cell];
    return {
      what: `bulk, ${roundTripMs} ms round trip, ${cell}`,
      figure: `${median(speedsOf(results, cell, 'Sallyport')).toFixed(0)} MB/s, ${times(ratio)}`,
      goal: goal === undefined ? '' : `≥ ${goal}x of ssh -L`,
      met: goal === undefined ? undefined : ratio >= goal,
    };
  });
}
