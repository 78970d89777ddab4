import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Where what the clients need is kept between runs, outside the repository. */
const cache = join(process.env['SALLYPORT_TEST_CACHE'] ?? join(homedir(), '.cache', 'sallyport-test'), 'clients');

/** Where compilers keep what they may use again. */
export const workFolder = (name: string): string => join(cache, 'work', name);

const underWay = new Map<string, Promise<string>>();

/**
 * A folder that `fill` makes from the `inputs` (files, or folders with all that is in them), once for each content of them.
 * Several processes may ask at the same time.
 */
export function made(
  name: string,
  inputs: readonly string[],
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const final = join(cache, `${name}-${digest(inputs)}`);
  const making = underWay.get(final) ?? make(final, fill);
  underWay.set(final, making);
  return making;
}

async function make(final: string, fill: (folder: string) => Promise<void>): Promise<string> {
  mkdirSync(cache, { recursive: true });
  removeUnused();
  const now = new Date();
  // A download that was lost is tried again.
  for (let tries = 1; !existsSync(final); tries += 1) {
    const folder = mkdtempSync(join(cache, 'making-'));
    try {
      await fill(folder);
      renameSync(folder, final);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      if (tries === triesMax && !existsSync(final)) throw error;
      await pause(pauseMs * tries);
    }
  }
  utimesSync(final, now, now);
  return final;
}

const triesMax = 4;
const pauseMs = 5_000;
const unusedMs = 30 * 24 * 3_600_000;

/** What no run wanted for a month: other versions, and what was left half made. */
function removeUnused(): void {
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    const changedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (name !== 'work' && Date.now() - changedMs > unusedMs) rmSync(path, { recursive: true, force: true });
  }
}

const toolTimeoutMs = 1_200_000;

/** What to do when a tool is missing. */
const advice: Readonly<Record<string, string>> = {
  go: 'install Go 1.25 or newer (https://go.dev/dl)',
  cargo: 'install Rust 1.85 or newer (https://rustup.rs)',
  mvn: 'apt-get install maven',
  javac: 'apt-get install default-jdk-headless',
  python3: 'apt-get install python3-venv',
  npm: 'install Node with npm',
};

/** Runs a tool to its end. @throws Error with what it complained of, or with what to install */
export function runTool(tool: string, args: readonly string[], options: { readonly cwd?: string } = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(tool, args, { timeout: toolTimeoutMs, maxBuffer: 2 ** 24, ...options }, (error, stdout, stderr) => {
      if (error === null) resolve();
      else if (error.code === 'ENOENT') reject(new Error(`${tool} is needed for this client: ${advice[tool] ?? ''}`));
      else reject(new Error(`${tool} ${args.join(' ')} failed\n${stdout}${stderr}`, { cause: error }));
    });
  });
}

function digest(inputs: readonly string[]): string {
  const hash = createHash('sha256').update(process.version);
  for (const path of inputs.flatMap(filesIn)) hash.update(path).update(readFileSync(path));
  return hash.digest('hex').slice(0, 16);
}

function filesIn(path: string): readonly string[] {
  const ignored = /\/(?:node_modules|target|__pycache__)(?:\/|$)/;
  if (!existsSync(path)) throw new Error(`${path} is missing`);
  try {
    return readdirSync(path, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => !ignored.test(file))
      .toSorted();
  } catch {
    return [path];
  }
}
