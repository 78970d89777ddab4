import { spawnSync } from 'node:child_process';
import { existsSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './paths.mjs';
import { fail, onPath, run } from './run.mjs';

const lockFile = join(root, 'package-lock.json');
const installedMark = join(root, 'node_modules/.package-lock.json');
const nodeNeeded = [20, 19];

/** Installs what package-lock.json names when node_modules is missing or older than it. Ends the script when that fails. */
export async function ensureDependencies() {
  refuseOldNode();
  if (isInstalled()) return;
  process.stdout.write('Installing npm packages …\n');
  // Not `npm ci`: it wants the lock file to name every platform's optional binaries, which registry mirrors may lack.
  const code = await npm(['install', '--no-save', '--no-audit', '--no-fund', '--fetch-retries=5']);
  if (code !== 0) fail(`npm install failed with exit code ${code}.${compilerAdvice()}`);
  if (!sqliteLoads()) fail(`better-sqlite3 was installed but cannot be loaded.${compilerAdvice()}`);
  const now = new Date();
  utimesSync(installedMark, now, now);
}

function isInstalled() {
  return existsSync(installedMark) && statSync(installedMark).mtimeMs >= statSync(lockFile).mtimeMs;
}

function refuseOldNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [neededMajor, neededMinor] = nodeNeeded;
  if (major < neededMajor || (major === neededMajor && minor < neededMinor)) {
    fail(`Sallyport needs Node ${nodeNeeded.join('.')} or newer; this is ${process.versions.node}.`);
  }
}

/** npm as it was called, or the one on PATH. */
function npm(args) {
  const env = { ...process.env, ...localHeaders() };
  const cli = process.env.npm_execpath;
  return cli?.endsWith('.js') ? run(process.execPath, [cli, ...args], { env }) : run('npm', args, { env });
}

/** Node's own headers, where they lie beside it: without a prebuilt better-sqlite3 nothing more has to be downloaded. */
function localHeaders() {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, 'include/node/node.h')) ? { npm_config_nodedir: prefix } : {};
}

function sqliteLoads() {
  const probe = "new (require('better-sqlite3'))(':memory:').close()";
  return spawnSync(process.execPath, ['-e', probe], { cwd: root, stdio: 'ignore' }).status === 0;
}

function compilerAdvice() {
  const missing = [
    ['a C++ compiler', ['c++', 'g++', 'clang++']],
    ['make', ['make', 'gmake']],
    ['Python 3', ['python3']],
  ].filter(([, programs]) => !programs.some(onPath));
  if (missing.length === 0) return '';
  const names = missing.map(([name]) => name).join(', ');
  return (
    `\nThere may be no prebuilt better-sqlite3 for ${process.platform} ${process.arch} and Node ${process.versions.node}, ` +
    `and building it needs what is missing here: ${names}.\n` +
    'On Debian or Ubuntu: apt-get install build-essential python3. On macOS: xcode-select --install.'
  );
}
