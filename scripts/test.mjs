// npm test: installs what the tests need, runs them, and ends with a line `N passed, N failed`. Arguments go to vitest.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { runTool } from './lib/run.mjs';
import { ensureSystemPackages } from './lib/system-packages.mjs';

const [first, ...others] = process.argv.slice(2);
const suites = { '--clients': 'vitest.clients.config.ts', '--long': 'vitest.long.config.ts' };
const suiteConfig = suites[first];
const vitestArguments = suiteConfig === undefined ? process.argv.slice(2) : others;

await ensureDependencies();
await ensureSystemPackages(first === '--clients' ? 'clients' : 'tests');
await ensureBuilt();

const folder = mkdtempSync(join(tmpdir(), 'sallyport-test-report-'));
const report = join(folder, 'report.json');
const config = suiteConfig === undefined ? [] : ['--config', suiteConfig];
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
const code = await runTool('vitest/vitest.mjs', ['run', ...config, ...reporters, ...vitestArguments]);
const totals = count(report, code);
rmSync(folder, { recursive: true, force: true });
process.stdout.write(`${totals.passed} passed, ${totals.failed} failed\n`);
process.exit(totals.failed === 0 ? code : 1);

/** A file that could not be loaded, and a run that ended badly for a reason outside any test, count as failures. */
function count(path, exitCode) {
  let result;
  try {
    result = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { passed: 0, failed: 1 };
  }
  const broken = result.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failed = result.numFailedTests + broken;
  return { passed: result.numPassedTests, failed: failed === 0 && exitCode !== 0 ? 1 : failed };
}
