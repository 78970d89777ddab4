import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sallyport, startSallyport } from '../../support/sallyport.ts';

let server: Sallyport;
let client: Client;
beforeAll(async () => {
  server = await startSallyport();
  client = await server.client();
});
afterAll(async () => server?.[Symbol.asyncDispose]());

async function one(sql: string, asked: Client = client): Promise<unknown> {
  const { rows } = await asked.query<Record<string, unknown>>(sql);
  return Object.values(rows[0] ?? {})[0];
}

describe('pg_backend_pid()', () => {
  it('is the process id that the client was told, and the one of pg_stat_activity', async () => {
    const other = await server.client();
    for (const asked of [client, other, client]) {
      const { processID } = asked as unknown as { readonly processID: number };
      expect(await one('SELECT pg_backend_pid()', asked)).toBe(processID);
      expect(await one('SELECT count(*)::int FROM pg_stat_activity WHERE pid = pg_backend_pid()', asked)).toBe(1);
    }
    await other.end();
  });
});

describe('set_config()', () => {
  it('lasts for the session, and is shown by SHOW and by SELECT', async () => {
    const { rows } = await client.query<{ set: string; now: string }>(
      "SELECT set_config('TimeZone', 'Asia/Tokyo', false) AS set, current_setting('timezone') AS now",
    );
    expect(rows).toEqual([{ set: 'Asia/Tokyo', now: 'Asia/Tokyo' }]);
    expect(await one('SHOW TimeZone')).toBe('Asia/Tokyo');
    expect(await one("SELECT '2026-01-01 00:00:00+00'::timestamptz::text")).toBe('2026-01-01 09:00:00+09');
    await client.query('RESET TimeZone');
    expect(await one('SHOW TimeZone')).toBe('UTC');
  });

  it('is told to the client as SET is', async () => {
    const own = await server.client();
    const told: string[] = [];
    (own as unknown as { readonly connection: NodeJS.EventEmitter }).connection.on(
      'parameterStatus',
      ({ parameterName, parameterValue }: { parameterName: string; parameterValue: string }) =>
        told.push(`${parameterName}=${parameterValue}`),
    );
    await own.query("SELECT set_config('application_name', 'by function', false)");
    expect(told).toEqual(['application_name=by function']);
    await own.end();
  });

  it('sets the search path as pg_dump does', async () => {
    const own = await server.client();
    await own.query("SELECT pg_catalog.set_config('search_path', '', false)");
    expect(await one('SELECT current_schemas(false)::text', own)).toBe('{}');
    expect(await one('SHOW search_path', own)).toBe('');
    await own.end();
  });

  it('ends with its transaction when it is local, or when that rolls back', async () => {
    await client.query('BEGIN');
    await client.query("SELECT set_config('TimeZone', 'Asia/Tokyo', true)");
    expect(await one('SHOW TimeZone')).toBe('Asia/Tokyo');
    await client.query('COMMIT');
    expect(await one('SHOW TimeZone')).toBe('UTC');
    await client.query('BEGIN');
    await client.query("SELECT set_config('TimeZone', 'Asia/Tokyo', false)");
    await client.query('ROLLBACK');
    expect(await one('SHOW TimeZone')).toBe('UTC');
    await client.query("SELECT set_config('TimeZone', 'Asia/Tokyo', true)");
    expect(await one('SHOW TimeZone')).toBe('UTC');
  });

  it('takes parameters, and leaves nothing to another session', async () => {
    await client.query('SELECT set_config($1, $2, false)', ['extra_float_digits', '3']);
    expect(await one('SHOW extra_float_digits')).toBe('3');
    const other = await server.client();
    expect(await one("SELECT current_setting('extra_float_digits')", other)).toBe('1');
    await other.end();
  });

  it.each(['session_authorization', 'role', 'is_superuser', 'transaction_read_only', 'sallyport.session', 'database'])(
    'refuses %s',
    async (name) => {
      await expect(client.query('SELECT set_config($1, $2, false)', [name, 'mz_system'])).rejects.toMatchObject({
        code: '42501',
      });
      expect(await one('SELECT current_user')).toBe('materialize');
    },
  );

  it.each([
    ['TimeZone', 'nowhere'],
    ['client_encoding', 'LATIN1'],
    ['statement_timeout', 'soon'],
  ])('refuses %s = %s', async (name, value) => {
    await expect(client.query('SELECT set_config($1, $2, false)', [name, value])).rejects.toMatchObject({
      code: '22023',
    });
    expect(await one('SELECT 1')).toBe(1);
  });
});

describe('databases', () => {
  it('have one OID in all relations, whichever of them is read from', async () => {
    await client.query('CREATE DATABASE other');
    for (const database of ['materialize', 'other']) {
      const own = await server.client({ database });
      const { rows } = await own.query(`
        SELECT shown.datname, shown.oid = own.oid AS same, has_database_privilege(shown.oid, 'CONNECT') AS may
        FROM pg_database AS shown JOIN mz_databases AS own ON own.name = shown.datname ORDER BY 1`);
      expect(rows).toEqual([
        { datname: 'materialize', same: true, may: true },
        { datname: 'other', same: true, may: true },
      ]);
      expect(
        await one(
          'SELECT datid = (SELECT oid FROM mz_databases WHERE name = current_database()) FROM pg_stat_activity WHERE pid = pg_backend_pid()',
          own,
        ),
      ).toBe(true);
      expect(
        await one(
          'SELECT count(*)::int FROM pg_catalog.pg_database WHERE pg_database.datname = current_database()',
          own,
        ),
      ).toBe(1);
      await own.end();
    }
  });
});

describe('the notice on addresses that nobody announced', () => {
  it.each([
    ['SELECT * FROM mz_egress_ips', 1],
    ['SELECT count(*) FROM materialize.mz_catalog."mz_egress_ips"', 1],
    ['WITH a AS (SELECT * FROM mz_catalog.mz_egress_ips) SELECT * FROM a', 1],
    ["SELECT 'mz_egress_ips' -- mz_egress_ips", 0],
    ['WITH mz_egress_ips AS (SELECT 1) SELECT * FROM mz_egress_ips', 0],
  ])('%s', async (sql, expected) => {
    const told: (string | undefined)[] = [];
    const listen = ({ message }: { readonly message?: string | undefined }): void => void told.push(message);
    client.on('notice', listen);
    await client.query(sql);
    await client.query({ text: sql, name: `egress ${sql.length}` });
    client.off('notice', listen);
    expect(told).toHaveLength(2 * expected);
  });
});

describe('SHOW', () => {
  it.each([
    'application_name',
    'client_encoding',
    'client_min_messages',
    'DateStyle',
    'default_transaction_isolation',
    'default_transaction_read_only',
    'extra_float_digits',
    'integer_datetimes',
    'IntervalStyle',
    'is_superuser',
    'lc_collate',
    'lc_ctype',
    'lock_timeout',
    'max_connections',
    'max_identifier_length',
    'max_index_keys',
    'role',
    'search_path',
    'server_encoding',
    'server_version',
    'server_version_num',
    'session_authorization',
    'standard_conforming_strings',
    'statement_timeout',
    'TimeZone',
    'transaction_isolation',
    'transaction_read_only',
    'time zone',
    'transaction isolation level',
    'bytea_output',
    'row_security',
    'xmloption',
    'cluster',
    'database',
  ])('%s', async (name) => {
    expect(typeof (await one(`SHOW ${name}`))).toBe('string');
  });
});
