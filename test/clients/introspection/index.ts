import { expectPgjdbc } from './pgjdbc.ts';
import { expectSqlalchemy } from './sqlalchemy.ts';
import { expectDrizzle, expectKnex, expectKysely, expectSequelize, expectTypeorm } from './node.ts';
import { expectAsyncpg, expectPgx, expectTokioPostgres } from './drivers.ts';

/** Judges what a library found in the catalog in its own way; `reference` gives what the same program finds in a PostgreSQL. */
export type Judge = (found: unknown, reference: () => Promise<unknown>) => void | Promise<void>;

/** By the client's folder. */
export const introspections: Readonly<Record<string, Judge>> = {
  asyncpg: expectAsyncpg,
  'go/pgx': expectPgx,
  'tokio-postgres': expectTokioPostgres,
  sqlalchemy: expectSqlalchemy,
  pgjdbc: expectPgjdbc,
  knex: expectKnex,
  kysely: expectKysely,
  drizzle: expectDrizzle,
  typeorm: expectTypeorm,
  sequelize: expectSequelize,
};
