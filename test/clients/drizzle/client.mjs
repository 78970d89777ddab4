// Drizzle, on node-postgres: `execute`, transactions, and `drizzle-kit pull`, which writes a schema file from a database.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { and, eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { pgSchema, text } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { fromObjects, onNotice, serve, server } from '../lib/loop.mjs';

const { ca, ...where } = server;

await serve(async () => {
  const tls = ca === undefined ? {} : { ssl: { ca }, enableChannelBinding: true };
  const pool = new pg.Pool({ ...where, max: 1, ...tls });
  pool.on('connect', (client) => client.on('notice', onNotice));
  const db = drizzle({ client: pool });
  let open;
  const query = async (statement, values = []) => {
    const parts = statement
      .split(/\$(\d+)/)
      .map((part, at) => (at % 2 === 0 ? sql.raw(part) : sql.param(values[part - 1])));
    return fromObjects((await (open?.transaction ?? db).execute(sql.join(parts))).rows);
  };
  const close = async (how) => {
    const { ended } = open;
    open[how](new Error('rolled back'));
    open = undefined;
    await ended();
  };
  await query('SELECT 1');
  return {
    query,
    /** The library's transactions are functions; this one lasts until `close`. */
    begin: () =>
      new Promise((started, refused) => {
        const ended = db.transaction(
          (transaction) =>
            new Promise((commit, rollback) => {
              open = { transaction, commit, rollback, ended: () => ended };
              started();
            }),
        );
        ended.catch(refused);
      }),
    commit: () => close('commit'),
    rollback: () => close('rollback').catch(() => undefined),
    async inspect() {
      const connections = pgSchema('mz_catalog').table('mz_connections', { id: text(), name: text(), type: text() });
      const selected = await db
        .select()
        .from(connections)
        .where(and(eq(connections.type, 'postgres'), eq(connections.name, 'no such')));
      return { found: { selected, pulled: await pull() } };
    },
    end: () => pool.end(),
  };
});

async function pull() {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-drizzle-'));
  const config = {
    dialect: 'postgresql',
    out: folder,
    schemaFilter: ['mz_catalog', 'mz_internal'],
    dbCredentials: { ...where, ssl: ca === undefined ? false : { ca } },
  };
  const path = join(folder, 'drizzle.config.json');
  writeFileSync(path, JSON.stringify(config));
  const kit = join(dirname(createRequire(import.meta.url).resolve('drizzle-kit')), 'bin.cjs');
  await promisify(execFile)(process.execPath, [kit, 'pull', '--config', path], { cwd: folder });
  const schema = readFileSync(join(folder, 'schema.ts'), 'utf8');
  rmSync(folder, { recursive: true });
  return schema;
}
