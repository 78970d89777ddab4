import type { PostgresDetails } from './details.ts';

/** A login that may read every table there is or will be, and replicate: what sources need. Source: PostgreSQL 14, pg_read_all_data. */
export function setup({ user, database, tls, through }: PostgresDetails): string {
  const name = 'text' in user ? user.text : 'name_in_the_secret';
  const role = identifier(name);
  return [
    `-- In database ${identifier(database)}, as its owner or a superuser.`,
    `CREATE ROLE ${role} LOGIN PASSWORD '…';`,
    `GRANT CONNECT ON DATABASE ${identifier(database)} TO ${role};`,
    `GRANT pg_read_all_data TO ${role};`,
    `ALTER ROLE ${role} SET default_transaction_read_only = on;`,
    `-- And in pg_hba.conf, with the address of ${through === null ? 'this server' : 'the bastion'}, if no line lets the role in:`,
    `--   host${tls.mode === 'disable' ? '' : 'ssl'} ${identifier(database)} ${role} ADDRESS scram-sha-256`,
    '-- For sources, which follow the changes (Amazon RDS: GRANT rds_replication instead of REPLICATION):',
    `ALTER ROLE ${role} REPLICATION;`,
    'ALTER SYSTEM SET wal_level = logical; -- and restart; managed services have a setting for it',
    'CREATE PUBLICATION sallyport FOR ALL TABLES;',
  ].join('\n');
}

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
