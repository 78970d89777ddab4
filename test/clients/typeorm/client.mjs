// TypeORM, on node-postgres: a query runner's statements and transactions, a repository, and what migrations read of a database.
import 'reflect-metadata';
import { DataSource, EntitySchema, In } from 'typeorm';
import { fromObjects, onNotice, serve, server } from '../lib/loop.mjs';

const Connection = new EntitySchema({
  name: 'Connection',
  schema: 'mz_catalog',
  tableName: 'mz_connections',
  columns: { id: { type: 'text', primary: true }, name: { type: 'text' }, type: { type: 'text' } },
});

await serve(async () => {
  const { ca, user, ...where } = server;
  const source = new DataSource({
    type: 'postgres',
    ...where,
    username: user,
    poolSize: 1,
    entities: [Connection],
    logNotifications: false,
    ...(ca === undefined ? {} : { ssl: { ca }, extra: { enableChannelBinding: true } }),
  });
  await source.initialize();
  const runner = source.createQueryRunner();
  (await runner.connect()).on('notice', onNotice);
  return {
    async query(text, values = []) {
      const { records } = await runner.query(text, values, true);
      return fromObjects(records);
    },
    begin: () => runner.startTransaction(),
    commit: () => runner.commitTransaction(),
    rollback: () => runner.rollbackTransaction(),
    async stream(text) {
      let rows = 0;
      for await (const _ of await runner.stream(text)) rows += 1;
      return { found: [rows] };
    },
    async inspect() {
      const repository = runner.manager.getRepository(Connection);
      const table = await runner.getTable('mz_catalog.mz_connections');
      return {
        found: {
          version: source.driver.version,
          databases: await runner.getDatabases(),
          schemas: await runner.getSchemas().catch((error) => error.message),
          database: await runner.getCurrentDatabase(),
          schema: await runner.getCurrentSchema(),
          hasDatabase: await runner.hasDatabase('materialize'),
          hasSchema: [await runner.hasSchema('mz_catalog'), await runner.hasSchema('nothing')],
          hasTable: [await runner.hasTable('mz_catalog.mz_connections'), await runner.hasTable('nothing')],
          hasColumn: await runner.hasColumn('mz_catalog.mz_connections', 'type'),
          table: table?.columns.map((column) => [column.name, column.type, column.isNullable, column.isArray]),
          views: (await runner.getViews(['mz_catalog.mz_connections'])).map((view) => view.name),
          found: await repository.findBy({ type: In(['ssh-tunnel']), name: 'no such' }),
          count: await repository.countBy({ name: 'no such' }),
        },
      };
    },
    async end() {
      await runner.release();
      await source.destroy();
    },
  };
});
