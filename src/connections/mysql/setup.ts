import type { MysqlDetails } from './details.ts';

/** A login that may read every table and follow the binary log: what sources need. Source: MySQL 8.0 manual, GRANT. */
export function setup({ user, tls }: MysqlDetails): string {
  const name = 'text' in user ? user.text : 'name_in_the_secret';
  const account = `'${name.replaceAll(/['\\]/g, (letter) => `\\${letter}`)}'@'%'`;
  return [
    '-- As an administrator of the server.',
    `CREATE USER ${account} IDENTIFIED BY '…'${tls.mode === 'disable' ? '' : ' REQUIRE SSL'};`,
    `GRANT SELECT, SHOW VIEW, RELOAD, REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO ${account};`,
    '-- For sources, which follow the changes; in the server’s configuration, with a restart:',
    '--   log_bin, binlog_format = ROW, binlog_row_image = FULL, gtid_mode = ON, enforce_gtid_consistency = ON',
  ].join('\n');
}
