// npm run check: everything that can be said of the code without running the product.
import { ensureDependencies } from './lib/dependencies.mjs';
import { runTool } from './lib/run.mjs';

const checks = [
  { name: 'types', tool: 'typescript/bin/tsc', args: ['--noEmit'] },
  {
    name: 'lint',
    tool: 'oxlint/bin/oxlint',
    args: ['--type-aware', '--deny-warnings', 'src', 'test', 'bench', 'scripts'],
  },
  { name: 'format', tool: '@biomejs/biome/bin/biome', args: ['format', '.'] },
  { name: 'arrows', tool: 'vitest/vitest.mjs', args: ['run', 'test/unit/architecture'] },
];

await ensureDependencies();
const failed = [];
for (const { name, tool, args } of checks) {
  process.stdout.write(`\n== ${name}\n`);
  if ((await runTool(tool, args)) !== 0) failed.push(name);
}
process.stdout.write(failed.length === 0 ? '\ncheck: all passed\n' : `\ncheck failed: ${failed.join(', ')}\n`);
process.exit(failed.length === 0 ? 0 : 1);
