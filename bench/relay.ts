import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { RelayBench } from './relay/bench.ts';
import { measurePlain } from './relay/plain.ts';
import { measureTunnelled } from './relay/tunnelled.ts';
import { runInNamespace } from './namespace.ts';
import { circumstances, writeSection } from './results.ts';
import type { Finding } from './tunnel/bench.ts';

/*
 * Clients that name a connection as their database: without a tunnel beside PostgreSQL itself, pgbouncer and a bare Node pipe, with one
 * beside ssh(1); interleaved, in a network namespace of their own.
 *   npx tsx bench/relay.ts [--only plain,tunnel] [--rounds N] [--seconds N] [--round-trips 0,40]
 */
const parts = { plain: measurePlain, tunnel: measureTunnelled };

const { values } = parseArgs({
  options: {
    inside: { type: 'boolean', default: false },
    only: { type: 'string', default: Object.keys(parts).join(',') },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    'round-trips': { type: 'string', default: '0,40' },
  },
});

if (values.inside) await measure();
else await runInNamespace(import.meta.filename);

async function measure(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-relay-'));
  const bench: RelayBench = {
    folder,
    rounds: Number(values.rounds),
    seconds: Number(values.seconds),
    roundTripsMs: values['round-trips'].split(',').map(Number),
    log: (line) => console.log(line),
  };
  for (const [name, part] of Object.entries(parts)) {
    if (!values.only.split(',').includes(name)) continue;
    const lines = tableOf(await part(bench));
    console.log(lines.join('\n'));
    const rounds = `Medians of ${values.rounds} interleaved rounds, ratios of the same round. ${circumstances()}`;
    writeSection(`Relays: ${name} (bench/relay.ts)`, [rounds, '', ...lines]);
  }
  rmSync(folder, { recursive: true });
}

function tableOf(findings: readonly Finding[]): readonly string[] {
  const rows = findings.map(({ what, figure, goal, met }) => {
    const word = met === undefined ? '' : met ? 'met' : '**missed**';
    return `| ${what} | ${figure} | ${goal} | ${word} |`;
  });
  return ['| | figure | goal | |', '|---|---|---|---|', ...rows];
}
