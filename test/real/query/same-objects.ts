import { Client } from 'pg';
import { type TestPostgres, startPostgres } from '../../support/postgres.ts';
import { type Sallyport, startSallyport } from '../../support/sallyport.ts';

/** The role and the database in which both are read: a plain user, as most tools are. */
export const user = 'trusted';
export const database = 'app';

/** mz_catalog is on every search path here; there it must be said. */
export const postgresOptions = '-c search_path=public,mz_catalog';

/** This server and a PostgreSQL with the same roles, schemas and relations, to be asked the same. */
export interface SameObjects extends AsyncDisposable {
  readonly sallyport: Sallyport;
  readonly postgres: TestPostgres;
  client(of: 'sallyport' | 'postgres'): Promise<Client>;
}

export async function startSameObjects(): Promise<SameObjects> {
  const sallyport = await startSallyport();
  const postgres = await startPostgres({ settings: { TimeZone: 'UTC' } });
  const port = { sallyport: sallyport.sqlPort, postgres: postgres.port };
  const clients = new Set<Client>();
  const same: SameObjects = {
    sallyport,
    postgres,
    client: async (of) => {
      const options = of === 'postgres' ? postgresOptions : '';
      const client = new Client({ host: '127.0.0.1', port: port[of], user, database, options });
      client.on('error', () => {});
      await client.connect();
      clients.add(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      await Promise.allSettled([...clients].map((client) => client.end()));
      await postgres[Symbol.asyncDispose]();
      await sallyport[Symbol.asyncDispose]();
    },
  };
  await makeObjects(same);
  return same;
}

async function makeObjects({ sallyport, postgres }: SameObjects): Promise<void> {
  const admin = await sallyport.client();
  for (const statement of [
    'CREATE ROLE postgres SUPERUSER LOGIN',
    `CREATE ROLE ${user} LOGIN`,
    'CREATE ROLE readers',
    `GRANT readers TO ${user}`,
    `CREATE DATABASE ${database}`,
    `CREATE SCHEMA ${database}.shared`,
    `COMMENT ON SCHEMA ${database}.shared IS 'for everybody'`,
    `COMMENT ON ROLE readers IS 'who may read'`,
  ]) {
    await admin.query(statement);
  }
  const { rows } = await admin.query<{ name: string; columns: string; comments: string }>(`
    SELECT format('%I.%I', n.nspname, c.relname) AS name,
      format('COMMENT ON VIEW %I.%I IS %L;', n.nspname, c.relname, obj_description(c.oid, 'pg_class'))
        || string_agg(
          format('COMMENT ON COLUMN %I.%I.%I IS %L;', n.nspname, c.relname, a.attname, col_description(c.oid, a.attnum)), ''
        ) AS comments,
      string_agg(format('NULL::%s AS %I', format_type(a.atttypid, a.atttypmod), a.attname), ', ' ORDER BY a.attnum) AS columns
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE n.nspname IN ('mz_catalog', 'mz_internal') AND a.attnum > 0
    GROUP BY n.nspname, c.relname, c.oid ORDER BY n.nspname, c.relname`);
  const dropped = ['app', 'plain', 'encrypted', 'barred', 'carol', 'old'];
  for (const statement of [
    'DROP DATABASE closed',
    'CREATE DATABASE materialize TEMPLATE template0',
    'UPDATE pg_database SET datistemplate = false',
    ...['postgres', 'template0', 'template1'].map((name) => `DROP DATABASE ${name}`),
    // PostgreSQL's predefined roles: this server has none.
    "DELETE FROM pg_auth_members; DELETE FROM pg_authid WHERE rolname LIKE 'pg\\_%'",
  ]) {
    postgres.sql(statement);
  }
  postgres.sql(
    [
      ...dropped.map((role) => `DROP ROLE ${role};`),
      // The first role, which owns what is built in, has the same name on both sides.
      "UPDATE pg_authid SET rolname = 'mz_system', rolreplication = false, rolcanlogin = false WHERE oid = 10;",
      'CREATE ROLE postgres SUPERUSER CREATEDB CREATEROLE BYPASSRLS LOGIN;',
      'CREATE ROLE materialize SUPERUSER CREATEDB CREATEROLE BYPASSRLS LOGIN;',
      `CREATE ROLE readers; GRANT readers TO ${user}; COMMENT ON ROLE readers IS 'who may read';`,
      'ALTER DATABASE app OWNER TO materialize; ALTER DATABASE materialize OWNER TO materialize; ALTER SCHEMA public OWNER TO materialize; COMMENT ON SCHEMA public IS NULL;',
      'REVOKE USAGE ON SCHEMA public FROM PUBLIC;',
      "CREATE SCHEMA shared AUTHORIZATION materialize; COMMENT ON SCHEMA shared IS 'for everybody';",
      'GRANT ALL ON SCHEMA shared TO materialize;',
      'CREATE SCHEMA mz_catalog AUTHORIZATION mz_system; CREATE SCHEMA mz_internal AUTHORIZATION mz_system;',
      'GRANT USAGE ON SCHEMA mz_catalog, mz_internal TO PUBLIC; SET ROLE mz_system;',
      ...rows.map(({ name, columns, comments }) => `CREATE VIEW ${name} AS SELECT ${columns} WHERE false; ${comments}`),
      'GRANT SELECT ON ALL TABLES IN SCHEMA mz_catalog, mz_internal TO PUBLIC; RESET ROLE;',
    ].join('\n'),
  );
}
