import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnWorker } from '../spawn-worker.ts';
import { createBaseTables } from './base-tables.ts';
import { engineVersion } from './engine-files.ts';
import type { ImageWorkerData, SqlFile } from './image-worker.ts';
import { findReaders } from './relation-readers.ts';

const relationsFolder = fileURLToPath(new URL('../../../catalog/relations/', import.meta.url));

const firstStatements = `
CREATE SCHEMA mirror;
CREATE SCHEMA mz_catalog;
CREATE SCHEMA mz_internal;
DROP SCHEMA public;
${createBaseTables()}`;

/**
 * Nothing of the mirror's inner life shows: predefined roles and template databases go, the private schema is dissolved.
 * Its tables become TOAST tables by kind, which every tool leaves out; views and functions refer to them by OID.
 */
const lastStatements = `
GRANT USAGE ON SCHEMA mz_catalog, mz_internal TO PUBLIC;
GRANT SELECT ON ALL TABLES IN SCHEMA mz_catalog, mz_internal TO PUBLIC;
REVOKE ALL ON FUNCTION mirror.sync_roles(), mirror.sync_places(), mirror.sync_comments() FROM PUBLIC;
DELETE FROM pg_catalog.pg_authid WHERE oid <> 10;
DELETE FROM pg_catalog.pg_auth_members;
DELETE FROM pg_catalog.pg_database WHERE oid <> 5;
DELETE FROM pg_catalog.pg_shdescription;
UPDATE pg_catalog.pg_class
SET relnamespace = 'pg_toast'::regnamespace, relkind = CASE relkind WHEN 'r' THEN 't' ELSE relkind END, reltype = 0
WHERE relnamespace = 'mirror'::regnamespace;
DELETE FROM pg_catalog.pg_type WHERE typnamespace = 'mirror'::regnamespace;
UPDATE pg_catalog.pg_proc SET pronamespace = 'pg_catalog'::regnamespace, proname = '_mirror_' || proname
WHERE pronamespace = 'mirror'::regnamespace;
INSERT INTO pg_catalog.pg_init_privs (objoid, classoid, objsubid, privtype, initprivs)
SELECT oid, 'pg_proc'::regclass, 0, 'i', proacl FROM pg_catalog.pg_proc WHERE proname LIKE '\\_mirror\\_%' AND proacl IS NOT NULL;
DELETE FROM pg_catalog.pg_depend WHERE refobjid = 'mirror'::regnamespace;
DELETE FROM pg_catalog.pg_namespace WHERE nspname = 'mirror';
`;

/** A data directory with every relation in it, empty. */
export interface MirrorImage {
  readonly folder: string;
  /** The name that the engine's database has in it. */
  readonly database: string;
  /** Which live relations a relation reads, itself or through others; by `schema.name` and by `name`. */
  readonly liveReaders: ReadonlyMap<string, readonly string[]>;
  /** Relations whose rows change with the catalog alone; by `schema.name` and by `name`. */
  readonly steadyRelations: ReadonlySet<string>;
  /** Relations that read a history, themselves or through others; by `schema.name` and by `name`. */
  readonly historyReaders: ReadonlySet<string>;
}

/** The engine's own database; called after whatever database reads. `mz_system` is the engine's first role. */
const engineDatabase = 'postgres';
const engineSuperuser = 'mz_system';

/**
 * The folder of the data directory that mirrors are copies of; makes it when it is not there (about 3 s, in a worker).
 * Its name is a hash of all that it is made from, so an image is never stale, and never changed once it is there.
 */
export async function prepareImage(cacheFolder: string): Promise<MirrorImage> {
  const functions = await readSqlFiles('functions');
  const relations = await readRelations();
  const folder = join(cacheFolder, `mirror-${hashOf([...functions, ...relations])}`);
  const image = { folder, database: engineDatabase, ...findReaders(relations) };
  if (await isFolder(folder)) return image;
  await mkdir(cacheFolder, { recursive: true });
  const unfinished = join(cacheFolder, `unfinished-${randomUUID()}`);
  try {
    await build({
      folder: unfinished,
      database: engineDatabase,
      superuser: engineSuperuser,
      before: firstStatements,
      functions,
      relations,
      after: lastStatements,
    });
    // Another process may have been faster: its image is the same.
    await rename(unfinished, folder).catch(async (error: unknown) => {
      if (!(await isFolder(folder))) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  await removeStale(cacheFolder);
  return image;
}

const staleImageMs = 7 * 24 * 3_600_000;
const staleUnfinishedMs = 3_600_000;

/** Images of other versions may be in use by their servers; after a week they are not. */
async function removeStale(cacheFolder: string): Promise<void> {
  for (const name of await readdir(cacheFolder)) {
    const limitMs = name.startsWith('mirror-')
      ? staleImageMs
      : name.startsWith('unfinished-')
        ? staleUnfinishedMs
        : Infinity;
    const path = join(cacheFolder, name);
    const madeAtMs = (await stat(path).catch(() => undefined))?.mtimeMs ?? Infinity;
    if (Date.now() - madeAtMs > limitMs) await rm(path, { recursive: true, force: true });
  }
}

async function readRelations(): Promise<readonly SqlFile[]> {
  const schemas = ['pg_catalog', 'information_schema', 'mz_catalog', 'mz_internal'];
  return (await Promise.all(schemas.map(readSqlFiles))).flat();
}

async function readSqlFiles(schema: string): Promise<readonly SqlFile[]> {
  const folder = join(relationsFolder, schema);
  const names = await readdir(folder).catch(() => []);
  const sql = names.filter((name) => name.endsWith('.sql')).toSorted();
  return Promise.all(
    sql.map(async (name) => ({ path: `${schema}/${name}`, text: await readFile(join(folder, name), 'utf8') })),
  );
}

/** Counts the ways in which images were made. */
const imageFormat = 2;

function hashOf(files: readonly SqlFile[]): string {
  const source = [imageFormat, engineVersion(), firstStatements, lastStatements, files];
  const hash = createHash('sha256').update(JSON.stringify(source));
  return hash.digest('hex').slice(0, 16);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function build(data: ImageWorkerData): Promise<void> {
  const worker = spawnWorker(new URL('./image-worker.ts', import.meta.url), { workerData: data });
  try {
    await once(worker, 'message', { signal: AbortSignal.timeout(120_000) });
  } finally {
    await worker.terminate();
  }
}
