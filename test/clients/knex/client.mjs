// Knex, on node-postgres: `raw` with its own placeholders, transactions, time limits that cancel, and columnInfo and the schema builder's questions.
import { once } from 'node:events';
import knex from 'knex';
import { fromResult, serve, server } from '../lib/loop.mjs';

await serve(async () => {
  const { ca, ...where } = server;
  const db = knex({
    client: 'pg',
    connection: { ...where, ...(ca === undefined ? {} : { ssl: { ca }, enableChannelBinding: true }) },
    pool: { min: 1, max: 1 },
    // Standard output is for answers.
    log: { warn() {}, error() {}, debug() {}, deprecate() {} },
  });
  let transaction;
  const query = async (text, values = []) => {
    // `?` is Knex's placeholder: it numbers them itself.
    const ordered = [...text.matchAll(/\$(\d+)/g)].map((match) => values[Number(match[1]) - 1]);
    const raw = (transaction ?? db).raw(text.replaceAll(/\$\d+/g, '?'), ordered);
    const { fields, rows } = await raw;
    return fromResult({ fields, rows: rows.map((row) => fields.map((field) => row[field.name])) });
  };
  await query('SELECT 1');
  return {
    query,
    begin: async () => void (transaction = await db.transaction()),
    commit: async () => {
      await transaction.commit();
      transaction = undefined;
    },
    rollback: async () => {
      await transaction.rollback();
      transaction = undefined;
    },
    async cancel(text) {
      // Knex itself says that the time is over; what became of the statement stands in this event.
      const [[error]] = await Promise.all([
        once(db, 'query-error'),
        db
          .raw(text)
          .timeout(3_000, { cancel: true })
          .catch(() => {}),
      ]);
      throw error;
    },
    async stream(text) {
      let rows = 0;
      for await (const _ of db.raw(text).stream({ batchSize: 100 })) rows += 1;
      return { found: [rows] };
    },
    async inspect() {
      const catalog = db.withSchema('mz_catalog');
      return {
        found: {
          columnInfo: await catalog.table('mz_connections').columnInfo(),
          hasTable: await db.schema.withSchema('mz_catalog').hasTable('mz_connections'),
          hasNoTable: await db.schema.withSchema('mz_catalog').hasTable('nothing'),
          hasColumn: await db.schema.withSchema('mz_catalog').hasColumn('mz_connections', 'type'),
          built: await db
            .withSchema('mz_catalog')
            .from('mz_connections')
            .leftJoin('mz_ssh_tunnel_connections', 'mz_connections.id', 'mz_ssh_tunnel_connections.id')
            .whereIn('mz_connections.type', ['ssh-tunnel', 'postgres'])
            .groupBy('mz_connections.type')
            .select('mz_connections.type')
            .count('* as n'),
        },
      };
    },
    end: () => db.destroy(),
  };
});
