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
  const postgres = await startPostgres();
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
  const { rows } = await admin.query<{ nspname: string; relname: string; columns: string; comment: string }>(`
    SELECT n.nspname, c.relname, obj_description(c.oid, 'pg_class') AS comment,
      string_agg(format('NULL::%s AS %I', format_type(a.atttypid, a.atttypmod), a.attname), ', ' ORDER BY a.attnum) AS columns
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE n.nspname IN ('mz_catalog', 'mz_internal') AND a.attnum > 0
    GROUP BY 1, 2, 3 ORDER BY 1, 2`);
  const dropped = ['app', 'plain', 'encrypted', 'barred', 'carol', 'old'];
  postgres.sql('DROP DATABASE closed');
  postgres.sql(
    [
      ...dropped.map((role) => `DROP ROLE ${role};`),
      'ALTER ROLE postgres NOREPLICATION; CREATE ROLE mz_system SUPERUSER CREATEDB CREATEROLE BYPASSRLS NOLOGIN;',
      'CREATE ROLE materialize SUPERUSER CREATEDB CREATEROLE BYPASSRLS LOGIN;',
      `CREATE ROLE readers; GRANT readers TO ${user}; COMMENT ON ROLE readers IS 'who may read';`,
      'ALTER DATABASE app OWNER TO materialize; ALTER SCHEMA public OWNER TO materialize; COMMENT ON SCHEMA public IS NULL;',
      'REVOKE USAGE ON SCHEMA public FROM PUBLIC;',
      "CREATE SCHEMA shared AUTHORIZATION materialize; COMMENT ON SCHEMA shared IS 'for everybody';",
      'GRANT ALL ON SCHEMA shared TO materialize;',
      'CREATE SCHEMA mz_catalog AUTHORIZATION mz_system; CREATE SCHEMA mz_internal AUTHORIZATION mz_system;',
      'GRANT USAGE ON SCHEMA mz_catalog, mz_internal TO PUBLIC; SET ROLE mz_system;',
      ...rows.map(({ nspname, relname, columns, comment }) => {
        const name = `${nspname}.${relname}`;
        return `CREATE VIEW ${name} AS SELECT ${columns} WHERE false; COMMENT ON VIEW ${name} IS '${comment.replaceAll("'", "''")}';`;
      }),
      'GRANT SELECT ON ALL TABLES IN SCHEMA mz_catalog, mz_internal TO PUBLIC; RESET ROLE;',
    ].join('\n'),
  );
}
