import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';

/** Makes a data directory with every relation in it. Runs once for each version of the relations and of the engine. */

export interface ImageWorkerData {
  readonly folder: string;
  readonly database: string;
  readonly superuser: string;
  /** Base tables and the schemas of the relations. */
  readonly before: string;
  /** One file each: `catalog/relations`. */
  readonly functions: readonly SqlFile[];
  readonly relations: readonly SqlFile[];
  readonly after: string;
}

export interface SqlFile {
  readonly path: string;
  readonly text: string;
}

/** SQLSTATEs of a file that comes too early. */
const undefinedTable = '42P01';
const undefinedFunction = '42883';

const { folder, database, superuser, before, functions, relations, after } = workerData as ImageWorkerData;

const engine = await PGlite.create(folder, {
  database,
  // WAL is never replayed: small segments keep the copy that each mirror makes small.
  initDbStartParams: ['--wal-segsize=1', '-U', superuser],
});
await engine.exec(before);
await runInOrder(engine, functions);
await runInOrder(engine, relations);
await engine.exec(after);
for (const step of ['VACUUM FULL', 'VACUUM (FREEZE, ANALYZE)', 'CHECKPOINT']) await engine.exec(step);
await engine.close();
removeOtherDatabases(join(folder, 'base'));
removeSpareSegments(join(folder, 'pg_wal'));
parentPort?.postMessage('done');

async function run(into: PGlite, file: SqlFile): Promise<void> {
  try {
    await into.exec(file.text);
  } catch (error) {
    throw new Error(`${file.path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Each file is one transaction. Those that need what is not there yet wait for the next round. */
async function runInOrder(into: PGlite, files: readonly SqlFile[]): Promise<void> {
  let waiting = files;
  while (waiting.length > 0) {
    const left: SqlFile[] = [];
    for (const file of waiting) {
      try {
        await run(into, file);
      } catch (error) {
        if (!needsOther(error)) throw error;
        left.push(file);
      }
    }
    if (left.length === waiting.length) return run(into, left[0] as SqlFile);
    waiting = left;
  }
}

function needsOther(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause as { readonly code?: string } | undefined) : undefined;
  return cause?.code === undefinedTable || cause?.code === undefinedFunction;
}

/** A clean end leaves its checkpoint in the first segment; those behind it are reserve. */
function removeSpareSegments(wal: string): void {
  const segments = readdirSync(wal).filter((name) => /^[0-9A-F]{24}$/.test(name));
  for (const name of segments.toSorted().slice(1)) rmSync(join(wal, name));
}

function removeOtherDatabases(base: string): void {
  for (const entry of readdirSync(base)) if (entry !== '5') rmSync(join(base, entry), { recursive: true });
}
