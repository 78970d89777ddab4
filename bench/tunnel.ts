import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startSshd } from '../test/support/sshd.ts';
import { runInNamespace } from './namespace.ts';
import { circumstances, writeSection } from './results.ts';
import { measureBulk } from './tunnel/bulk.ts';
import { measureCold } from './tunnel/cold.ts';
import { measureFleet } from './tunnel/fleet.ts';
import { measureLatency } from './tunnel/latency.ts';
import { measureScale } from './tunnel/scale.ts';
import type { Bench, Finding } from './tunnel/bench.ts';
import { startTarget } from './tunnel/target.ts';

/*
 * Tunnels against ssh(1) of the same machine, interleaved. Everything runs in a network namespace of its own, and for long wires with
 * packets of 1500 bytes.
 *   npx tsx bench/tunnel.ts [--rounds N] [--only bulk,latency,cold,scale,fleet] [--round-trips 0,10,40,100]
 */
const parts = {
  bulk: measureBulk,
  latency: measureLatency,
  cold: measureCold,
  scale: measureScale,
  fleet: measureFleet,
};

const { values } = parseArgs({
  options: {
    inside: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: Object.keys(parts).join(',') },
    'round-trips': { type: 'string', default: '0,10,40,100' },
    namespace: { type: 'string', default: '' },
  },
});

if (values.inside) await measure();
else await runInNamespace(import.meta.filename);

async function measure(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  await using sshd = await startSshd({ config: ['MaxStartups 200:30:400'] });
  await using target = await startTarget();
  const bench: Bench = {
    sshd,
    target,
    folder,
    rounds: Number(values.rounds),
    roundTripsMs: values['round-trips'].split(',').map(Number),
    log: (line) => console.log(line),
  };
  for (const [name, part] of Object.entries(parts)) {
    if (!values.only.split(',').includes(name)) continue;
    const lines = tableOf(await part(bench));
    console.log(lines.join('\n'));
    const rounds = `Medians of ${values.rounds} interleaved rounds, ratios to ssh(1) in the same round. ${circumstances()}`;
    writeSection(`Tunnels: ${name} (bench/tunnel.ts)`, [rounds, '', ...lines]);
  }
  rmSync(folder, { recursive: true });
}

function tableOf(findings: readonly Finding[]): readonly string[] {
  const rows = findings.map(({ what, figure, goal, met }) => `| ${what} | ${figure} | ${goal} | ${metWord(met)} |`);
  return ['| | figure | goal | |', '|---|---|---|---|', ...rows];
}

function metWord(met: boolean | undefined): string {
  return met === undefined ? '' : met ? 'met' : '**missed**';
}
