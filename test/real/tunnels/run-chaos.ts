import { parseArgs } from 'node:util';
import { runChaos } from './chaos.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string' }, seconds: { type: 'string', default: '600' } },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
console.log(`seed ${seed}, ${values.seconds} s`);
const report = await runChaos(seed, Number(values.seconds));
console.log(JSON.stringify(report, null, 2));
process.exit(report.complaints.length === 0 ? 0 : 1);
