import { parseArgs } from 'node:util';
import { circumstances, writeSection } from '../../../bench/results.ts';
import { type ChaosReport, runChaos } from './chaos.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string' }, seconds: { type: 'string', default: '600' } },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
console.log(`seed ${seed}, ${values.seconds} s`);
const report = await runChaos(seed, Number(values.seconds));
console.log(JSON.stringify(report, null, 2));
writeSection('Chaos on tunnels (npm run chaos)', [
  `Seed ${report.seed}, ${report.seconds} s of random mischief on three bastions and seven tunnels. ${circumstances()}`,
  '',
  `* Mischief: ${listed(report.actions)}.`,
  `* ${report.dials} dials; ended by it, as they may: ${listed(report.failures)}.`,
  `* Wrong bytes, hangs, errors without a stage, tunnels that do not work afterwards, anything left: ${report.complaints.join('; ') || 'none'}.`,
]);
process.exit(report.complaints.length === 0 ? 0 : 1);

function listed(counts: ChaosReport['actions']): string {
  return Object.entries(counts)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ');
}
