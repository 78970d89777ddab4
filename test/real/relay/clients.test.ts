import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRelayWorld, type RelayWorld } from './world.ts';

let world: RelayWorld;
const folder = mkdtempSync(join(tmpdir(), 'sallyport-relay-'));

beforeAll(async () => {
  world = await createRelayWorld({ settings: { wal_level: 'logical', max_connections: '60' } });
  world.database.sql('GRANT ALL ON SCHEMA public TO app; ALTER ROLE app REPLICATION');
});

afterAll(async () => {
  await world[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

describe('a client with a connection as its database', () => {
  it('is in the private database behind the bastion: psql', async () => {
    const asked = String.raw`SELECT current_user, current_database(), 6 * 7; \conninfo`;
    const { stdout, stderr, code } = await world.run('psql', ['-XAt'], { input: `${asked}\n` });
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(stdout).toContain('app|app|42\n');
    expect(stdout).toContain('database "pg_connection" as user "alice" on host "127.0.0.1"');
  });

  it('gets the answers and the errors of the server unchanged: node-postgres', async () => {
    const client = await world.connect();
    const { rows } = await client.query('SELECT $1::int + 1 AS n, $2::text AS t', [41, 'ä']);
    expect(rows).toEqual([{ n: 42, t: 'ä' }]);
    await expect(client.query('SELECT 1 / 0')).rejects.toMatchObject({ code: '22012', message: 'division by zero' });
    await expect(client.query('SELECT nothing')).rejects.toMatchObject({ code: '42703', position: '8' });
    await client.query("DO $$ BEGIN RAISE NOTICE 'from there'; END $$");
    await client.end();
  });

  it('answers start-up with the server’s parameters and passes the client’s on', async () => {
    const asked = `SELECT current_setting('application_name'), current_setting('search_path'),
      current_setting('work_mem'), current_setting('client_encoding'), current_setting('DateStyle')`;
    const { stdout, code } = await world.run(
      'psql',
      ['-XAtc', asked, '-c', String.raw`\echo :SERVER_VERSION_NUM :ENCODING`],
      {
        environment: {
          PGAPPNAME: 'psql itself',
          PGOPTIONS: '-c search_path=a,b -c work_mem=3MB -c sallyport.notice=off',
          PGCLIENTENCODING: 'LATIN1',
          PGDATESTYLE: 'German',
        },
      },
    );
    const version = world.database.sql('SHOW server_version_num');
    expect(code).toBe(0);
    expect(stdout).toBe(`alice via sallyport: psql itself|a,b|3MB|LATIN1|German, DMY\n${version} LATIN1\n`);
  });

  it('measures: pgbench, simple and prepared', async () => {
    const initialised = await world.run('pgbench', ['-i', '-s', '1', '-q']);
    expect(initialised).toMatchObject({ code: 0 });
    for (const protocol of ['simple', 'prepared']) {
      const { stdout, code } = await world.run('pgbench', ['-n', '-c', '4', '-t', '50', '-M', protocol]);
      expect({ code, all: stdout.includes('number of transactions actually processed: 200/200') }).toEqual({
        code: 0,
        all: true,
      });
    }
  });

  it('dumps and restores: pg_dump, pg_restore', async () => {
    const file = join(folder, 'dump');
    world.database.sql(`CREATE TABLE dumped AS SELECT n, md5(n::text) AS t FROM generate_series(1, 20000) AS n;
      ALTER TABLE dumped OWNER TO app`);
    const before = world.database.sql('SELECT md5(string_agg(t, NULL ORDER BY n)) FROM dumped');
    expect(await world.run('pg_dump', ['-Fc', '-t', 'dumped', '-f', file])).toMatchObject({ code: 0, stderr: '' });
    world.database.sql('DROP TABLE dumped');
    const restored = await world.run('pg_restore', ['-d', 'pg_connection', file]);
    expect(restored).toMatchObject({ code: 0, stderr: '' });
    expect(world.database.sql('SELECT md5(string_agg(t, NULL ORDER BY n)) FROM dumped')).toBe(before);
  });

  it('hears notifications: LISTEN and NOTIFY', async () => {
    const listener = await world.connect();
    await listener.query('LISTEN news');
    const heard = once(listener, 'notification', { signal: AbortSignal.timeout(60_000) });
    world.database.sql("NOTIFY news, 'it works'");
    expect(await heard).toMatchObject([{ channel: 'news', payload: 'it works' }]);
    await listener.end();
  });

  it('speaks the replication protocol: pg_recvlogical', async () => {
    const file = join(folder, 'changes');
    const slot = ['-d', 'pg_connection', '-S', 'relayed', '--no-loop'];
    expect(await world.run('pg_recvlogical', [...slot, '--create-slot', '-P', 'test_decoding'])).toMatchObject({
      code: 0,
    });
    world.database.sql('CREATE TABLE replicated (n int)');
    world.database.sql('INSERT INTO replicated VALUES (4711)');
    const end = world.database.sql('SELECT pg_current_wal_lsn()');
    const received = await world.run('pg_recvlogical', [...slot, '--start', '-E', end, '-f', file]);
    expect(received).toMatchObject({ code: 0 });
    expect(readFileSync(file, 'utf8')).toContain('table public.replicated: INSERT: n[integer]:4711');
    // The server lets the slot go when it has seen its user leave.
    await expect.poll(() => world.database.sql('SELECT active FROM pg_replication_slots')).toBe('f');
    expect(await world.run('pg_recvlogical', [...slot, '--drop-slot'])).toMatchObject({ code: 0 });
  });

  it('speaks it without a database too: pg_receivewal, which asks for one that is named "replication"', async () => {
    await world.declare('replication', {});
    const directory = join(folder, 'wal');
    mkdirSync(directory);
    world.database.sql('CREATE TABLE archived AS SELECT n FROM generate_series(1, 1000) AS n');
    const end = world.database.sql('SELECT pg_current_wal_flush_lsn()');
    const received = await world.run('pg_receivewal', ['-D', directory, '-E', end, '-s', '1', '--no-loop']);
    expect(received).toMatchObject({ code: 0 });
    const [name = '', bytes = ''] = world.database.sql(`SELECT * FROM pg_walfile_name_offset('${end}')`).split('|');
    const file = readdirSync(directory).find((each) => each.startsWith(name)) ?? '';
    const here = readFileSync(join(directory, file)).subarray(0, Number(bytes));
    const there = `SELECT sha256(substr(pg_read_binary_file('pg_wal/${name}'), 1, ${bytes}))`;
    expect(String.raw`\x` + createHash('sha256').update(here).digest('hex')).toBe(world.database.sql(there));
  });

  it('sends a statement of 100 MB and gets 100 MB back', async () => {
    const client = await world.connect();
    const long = 'x'.repeat(100 * 1024 * 1024);
    expect((await client.query(`SELECT length('${long}') AS n`)).rows).toEqual([{ n: long.length }]);
    const { rows } = await client.query(`SELECT repeat('y', ${long.length}) AS t`);
    expect((rows as { readonly t: string }[])[0]?.t.length).toBe(long.length);
    await client.end();
  });

  it('copies in and out', async () => {
    world.database.sql('CREATE TABLE copied (n int, t text); GRANT ALL ON copied TO app');
    const rows = Array.from({ length: 50_000 }, (_, n) => `${n}\t${'z'.repeat(n % 50)}`).join('\n');
    const copied = await world.run('psql', ['-Xqc', 'COPY copied FROM STDIN'], { input: `${rows}\n` });
    expect(copied).toMatchObject({ code: 0, stderr: '' });
    const { stdout } = await world.run('psql', ['-Xqc', 'COPY (TABLE copied ORDER BY n) TO STDOUT']);
    expect(stdout.trimEnd()).toBe(rows);
  });
});
