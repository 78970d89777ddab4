// Kysely, on node-postgres: compiled statements, a controlled transaction, and its introspection.
import { CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import Cursor from 'pg-cursor';
import { fromObjects, onNotice, serve, server } from '../lib/loop.mjs';

await serve(async () => {
  const { ca, ...where } = server;
  const pool = new pg.Pool({
    ...where,
    max: 1,
    ...(ca === undefined ? {} : { ssl: { ca }, enableChannelBinding: true }),
  });
  pool.on('connect', (client) => client.on('notice', onNotice));
  const db = new Kysely({ dialect: new PostgresDialect({ pool, cursor: Cursor }) });
  let transaction;
  const query = async (text, values = []) =>
    fromObjects((await (transaction ?? db).executeQuery(CompiledQuery.raw(text, values))).rows);
  await query('SELECT 1');
  return {
    query,
    begin: async () => void (transaction = await db.startTransaction().execute()),
    commit: async () => {
      await transaction.commit().execute();
      transaction = undefined;
    },
    rollback: async () => {
      await transaction.rollback().execute();
      transaction = undefined;
    },
    async stream(text) {
      let rows = 0;
      const stream = db.getExecutor().stream(CompiledQuery.raw(text), 100);
      for await (const part of stream) rows += part.rows.length;
      return { found: [rows] };
    },
    async inspect() {
      const schemas = await db.introspection.getSchemas();
      const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
      const built = await db
        .withSchema('mz_catalog')
        .selectFrom('mz_connections')
        .innerJoin('mz_schemas', 'mz_schemas.id', 'mz_connections.schema_id')
        .select(['mz_connections.name', 'mz_schemas.name as schema'])
        .where('mz_connections.type', 'in', ['postgres'])
        .execute();
      return { found: { schemas, tables, built } };
    },
    end: () => db.destroy(),
  };
});
