import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { root } from './paths.mjs';
import { fail, runTool } from './run.mjs';

const mark = join(root, 'dist/.built');
const lock = join(root, 'node_modules/.sallyport-build');
const lockTimeoutMs = 120_000;

/** Compiles src/ to dist/, and makes the image of the catalog, when a source is newer than the last build. Several processes may ask at once; one builds. */
export async function ensureBuilt() {
  if (isBuilt()) return;
  await takeLock();
  try {
    if (isBuilt()) return;
    const startedAt = new Date();
    // Types are checked by `npm run check`; here they would only delay the start.
    const code = await runTool('typescript/bin/tsc', ['-p', 'tsconfig.build.json', '--noCheck']);
    if (code !== 0) fail('The build failed.');
    await prepareCatalogImage();
    // A source that changed during the build is newer than this.
    writeFileSync(mark, '');
    utimesSync(mark, startedAt, startedAt);
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

const sources = ['src', 'catalog/relations', 'tsconfig.json', 'tsconfig.build.json'].map((path) => join(root, path));

function isBuilt() {
  if (!existsSync(mark)) return false;
  return newestMs(sources) < statSync(mark).mtimeMs;
}

/** The first start would make it otherwise, and its first reader would wait. Its name is a hash of all that is in it. */
async function prepareCatalogImage() {
  const built = (path) => import(pathToFileURL(join(root, 'dist', path)).href);
  const [{ cacheFolder }, { prepareImage }] = [await built('cache-folder.js'), await built('query/mirror/image.js')];
  await prepareImage(cacheFolder(root));
}

function newestMs(paths) {
  return Math.max(...paths.map((path) => newestWithinMs(path)));
}

function newestWithinMs(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newestWithinMs(join(path, name))));
}

async function takeLock() {
  const deadlineMs = Date.now() + lockTimeoutMs;
  while (!tryLock()) {
    const abandoned = Date.now() > deadlineMs || Date.now() - lockedAtMs() > lockTimeoutMs;
    if (abandoned) rmSync(lock, { recursive: true, force: true });
    else await delay(50);
  }
}

function tryLock() {
  try {
    mkdirSync(lock);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function lockedAtMs() {
  return statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
}
