// Sequelize 6, on node-postgres: raw queries with bind parameters, managed transactions, a model, and its query interface.
import { DataTypes, Sequelize } from 'sequelize';
import { fromObjects, serve, server } from '../lib/loop.mjs';

await serve(async () => {
  const { ca, user, ...where } = server;
  const db = new Sequelize({
    dialect: 'postgres',
    ...where,
    username: user,
    logging: false,
    pool: { max: 1 },
    dialectOptions: ca === undefined ? {} : { ssl: { ca }, enableChannelBinding: true },
  });
  await db.authenticate();
  let transaction;
  return {
    async query(text, values = []) {
      // Rows, then what the driver says; of SHOW the rows alone.
      const answer = await db.query(text, { ...(values.length > 0 ? { bind: values } : {}), transaction });
      const rows = text.startsWith('SHOW') ? answer : answer[0];
      return Array.isArray(rows) ? fromObjects(rows) : {};
    },
    begin: async () => void (transaction = await db.transaction()),
    commit: async () => {
      await transaction.commit();
      transaction = undefined;
    },
    rollback: async () => {
      await transaction.rollback();
      transaction = undefined;
    },
    async inspect() {
      const catalog = db.getQueryInterface();
      const table = { tableName: 'mz_connections', schema: 'mz_catalog' };
      const Connection = db.define(
        'Connection',
        { id: { type: DataTypes.TEXT, primaryKey: true }, name: DataTypes.TEXT, type: DataTypes.TEXT },
        { ...table, timestamps: false },
      );
      return {
        found: {
          version: await db.databaseVersion(),
          schemas: await catalog.showAllSchemas(),
          tables: await catalog.showAllTables(),
          tableExists: [await catalog.tableExists(table), await catalog.tableExists('nothing')],
          description: await catalog.describeTable('mz_connections', { schema: 'mz_catalog' }),
          indexes: await catalog.showIndex(table),
          constraints: await catalog.showConstraint(table),
          references: await catalog.getForeignKeyReferencesForTable(table),
          count: await Connection.count({ where: { name: 'no such' } }),
          found: await Connection.findAll({ where: { name: 'no such' }, order: ['name'], limit: 10, raw: true }),
        },
      };
    },
    end: () => db.close(),
  };
});
