import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itemId, materializeRoleId, put, remove, schemaId } from '../../../src/catalog/index.ts';
import { Reading } from '../../unit/query/reading.ts';
import { database, postgres, role, schema, secret, tunnel } from '../../unit/query/rows.ts';

let reading: Reading;
beforeAll(async () => {
  reading = new Reading();
  reading.store.apply(
    [...tunnel(1, 'bastion'), secret(2, 'pgpass'), postgres(3, 'pg', [1, 2]), role(2, 'bob')],
    [
      {
        eventType: 'create',
        objectKind: 'connection',
        details: { name: 'bastion' },
        user: 'materialize',
        clientAddress: '',
      },
    ],
  );
  await reading.room.ready;
});
afterAll(async () => reading[Symbol.asyncDispose]());

const keysOfTunnel = (name: string): string =>
  `SELECT mz_connections.name, mz_ssh_tunnel_connections.*
     FROM mz_connections JOIN mz_ssh_tunnel_connections USING(id) WHERE mz_connections.name = '${name}'`;

describe('what is committed', () => {
  it('is read as the guide reads it', async () => {
    const answer = await reading.answer(keysOfTunnel('bastion'));
    expect(answer.columns).toEqual(['name', 'id', 'public_key_1', 'public_key_2']);
    expect(answer.rows).toEqual([
      ['bastion', 'u1', 'ssh-ed25519 AAAA11 materialize', 'ssh-ed25519 AAAA12 materialize'],
    ]);
    expect(answer.tag).toBe('SELECT 1');
  });

  it('is seen by the very next read, and gone when it is dropped', async () => {
    for (let number = 100; number < 140; number += 1) {
      reading.store.apply(tunnel(number));
      expect(await reading.column(keysOfTunnel(`t${number}`))).toEqual([`t${number}`]);
      const row = reading.store.current.item(itemId(`u${number}`));
      if (row === undefined) throw new Error('the tunnel is there');
      reading.store.apply([remove('items', row)]);
      expect(await reading.column(keysOfTunnel(`t${number}`))).toEqual([]);
    }
  });

  it('keeps the last of several changes of a row', async () => {
    const row = reading.store.current.item(itemId('u2'));
    if (row === undefined) throw new Error('the secret is there');
    reading.store.apply([put('items', { ...row, name: 'first' })]);
    reading.store.apply([
      put('items', { ...row, name: 'second' }),
      remove('items', row),
      put('items', { ...row, name: 'third' }),
    ]);
    expect(await reading.column("SELECT name FROM mz_secrets WHERE id = 'u2'")).toEqual(['third']);
    reading.store.apply([put('items', row)]);
  });

  it('is in every relation that lists it', async () => {
    expect(await reading.rows("SELECT id, name, type FROM mz_objects WHERE id ~ '^u[123]$' ORDER BY id")).toEqual([
      ['u1', 'bastion', 'connection'],
      ['u2', 'pgpass', 'secret'],
      ['u3', 'pg', 'connection'],
    ]);
    expect(
      await reading.rows(
        "SELECT referenced_object_id FROM mz_internal.mz_object_dependencies WHERE object_id = 'u3' ORDER BY 1",
      ),
    ).toEqual([['u1'], ['u2']]);
    expect(await reading.rows('SELECT event_type, object_type, details, "user" FROM mz_audit_events')).toEqual([
      ['create', 'connection', '{"name": "bastion"}', 'materialize'],
    ]);
    expect(await reading.rows('SELECT * FROM mz_egress_ips')).toEqual([['192.0.2.7', '32', '192.0.2.7/32']]);
  });

  it('holds no secret and no verifier', async () => {
    const tables = await reading.column(
      "SELECT relname FROM pg_class WHERE relnamespace = 'pg_toast'::regnamespace AND relkind = 't'",
    );
    expect(tables).not.toContain('sealed');
    const columns = await reading.column(
      "SELECT attname FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid WHERE relnamespace = 'pg_toast'::regnamespace AND relkind = 't'",
    );
    expect(columns.filter((name) => /password|verifier|sealed/.test(name ?? ''))).toEqual([]);
    expect(await reading.column('SELECT rolpassword FROM pg_roles')).toEqual(['********', '********', '********']);
  });
});

describe('the session', () => {
  it('is who it says, where it says', async () => {
    const text =
      'SELECT current_user, session_user, current_database(), current_catalog, current_schema, mz_is_superuser()';
    expect(await reading.rows(text)).toEqual([
      ['materialize', 'materialize', 'materialize', 'materialize', 'public', 't'],
    ]);
    expect(await reading.rows(text, { role: 'bob', sessionUser: 'bob', superuser: false })).toEqual([
      ['bob', 'bob', 'materialize', 'materialize', 'public', 'f'],
    ]);
  });

  it('sees its database, and that database alone', async () => {
    reading.store.apply([database(2, 'other'), schema(5, 'app', 2), schema(6, 'here', 1)]);
    const schemas = "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_|^mz_|^information' ORDER BY 1";
    expect(await reading.column(schemas)).toEqual(['here', 'public']);
    expect(await reading.column(schemas, { database: 'other', searchPath: ['app'] })).toEqual(['app']);
    expect(await reading.column('SELECT current_schema()', { database: 'other', searchPath: ['app'] })).toEqual([
      'app',
    ]);
    expect(await reading.column('SELECT current_database()', { database: 'other' })).toEqual(['other']);
    expect(await reading.column('SELECT datname FROM pg_database ORDER BY 1')).toEqual(['materialize', 'other']);
    expect(await reading.column('SELECT current_schemas(false)::text')).toEqual(['{public}']);
  });

  it('shapes the answer by its settings', async () => {
    const tokyo = {
      settings: new Map([
        ['TimeZone', 'Asia/Tokyo'],
        ['cluster', 'quickstart'],
      ]),
    };
    expect(await reading.column("SELECT '2026-01-01 00:00:00+00'::timestamptz::text", tokyo)).toEqual([
      '2026-01-01 09:00:00+09',
    ]);
    expect(
      await reading.rows(
        "SELECT current_setting('timezone'), current_setting('cluster'), current_setting('server_version')",
        tokyo,
      ),
    ).toEqual([['Asia/Tokyo', 'quickstart', '16.6']]);
    expect(await reading.column("SELECT '2026-01-01 00:00:00+00'::timestamptz::text")).toEqual([
      '2026-01-01 00:00:00+00',
    ]);
  });

  it('may set what is harmless, for the statement, and nothing else', async () => {
    expect(await reading.column("SELECT set_config('jit', 'off', false)")).toEqual(['off']);
    for (const name of [
      'session_authorization',
      'role',
      'sallyport.session',
      'transaction_read_only',
      'sallyport.database',
    ]) {
      await expect(reading.rows(`SELECT set_config('${name}', 'mz_system', false)`)).rejects.toMatchObject({
        code: '42501',
      });
    }
    expect(await reading.column('SELECT current_user')).toEqual(['materialize']);
  });

  it('of a role that is gone is told so', async () => {
    await expect(reading.rows('SELECT 1', { role: 'nobody', sessionUser: 'nobody' })).rejects.toMatchObject({
      message: 'role "nobody" does not exist',
    });
    expect(await reading.column('SELECT 1')).toEqual(['1']);
  });
});

describe('uncommitted changes', () => {
  const overlay = [...tunnel(900, 'draft'), role(90, 'draft_role'), schema(90, 'draft_schema')];

  it('are seen by the read that brings them', async () => {
    expect(await reading.column(keysOfTunnel('draft'), { overlay })).toEqual(['draft']);
    expect(await reading.column("SELECT rolname FROM pg_roles WHERE rolname = 'draft_role'", { overlay })).toEqual([
      'draft_role',
    ]);
    expect(await reading.column("SELECT 'draft_schema'::regnamespace", { overlay })).toEqual(['draft_schema']);
  });

  it('and by no other', async () => {
    expect(await reading.column(keysOfTunnel('draft'))).toEqual([]);
    expect(await reading.column("SELECT rolname FROM pg_roles WHERE rolname = 'draft_role'")).toEqual([]);
  });

  it('may drop what is committed', async () => {
    const row = reading.store.current.item(itemId('u1'));
    if (row === undefined) throw new Error('the tunnel is there');
    expect(await reading.column(keysOfTunnel('bastion'), { overlay: [remove('items', row)] })).toEqual([]);
    expect(await reading.column(keysOfTunnel('bastion'))).toEqual(['bastion']);
  });
});

describe('errors', () => {
  it('count positions in what the client sent', async () => {
    const source = "SELECT '😀'; SELECT nope FROM mz_roles";
    const offset0 = source.indexOf('SELECT nope');
    const statement = { text: source.slice(offset0), offset0, source };
    const parameters = { types: [], values: [], parameterFormats: [], resultFormats: [] } as const;
    const cursor = reading.room.open(statement, parameters, reading.context());
    await expect(cursor.fetch(0, true, { message() {} }, new AbortController().signal)).rejects.toMatchObject({
      code: '42703',
      position1: [...source].join('').indexOf('nope'),
    });
  });

  it('name a database that is not there', async () => {
    await expect(reading.rows('SELECT * FROM elsewhere.mz_catalog.mz_roles')).rejects.toMatchObject({
      code: '3D000',
      position1: 15,
    });
    expect(await reading.column('SELECT count(*) > 0 FROM materialize.mz_catalog.mz_roles')).toEqual(['t']);
  });

  it('leave the mirror as it was', async () => {
    await expect(reading.rows('SELECT 1/0')).rejects.toMatchObject({ code: '22012' });
    await expect(reading.rows('SELECT * FROM mz_roles WHERE')).rejects.toMatchObject({ code: '42601' });
    await expect(reading.rows('SELECT * FROM pg_toast.items')).rejects.toMatchObject({ code: '42501' });
    expect(await reading.column('SELECT 1')).toEqual(['1']);
  });
});

describe('a description', () => {
  it('gives parameter types and columns', async () => {
    const text = 'SELECT id, $2 + 1 AS n FROM mz_roles WHERE name = $1';
    const description = await reading.room.describe(
      { text, offset0: 0, source: text },
      [0, 23],
      reading.context(),
      new AbortController().signal,
    );
    expect(description.parameterTypes).toEqual([25, 23]);
    expect(description.columns?.map(({ name, type }) => [name, type])).toEqual([
      ['id', 25],
      ['n', 23],
    ]);
  });

  it('says that COPY gives no rows', async () => {
    const text = 'COPY (SELECT 1) TO STDOUT';
    const description = await reading.room.describe(
      { text, offset0: 0, source: text },
      [],
      reading.context(),
      new AbortController().signal,
    );
    expect(description.columns).toBeNull();
  });
});

describe('portions', () => {
  it('come in order, whatever their size', async () => {
    const text = 'SELECT generate_series(1, 10)';
    const parameters = { types: [], values: [], parameterFormats: [], resultFormats: [] } as const;
    const cursor = reading.room.open({ text, offset0: 0, source: text }, parameters, reading.context());
    const signal = new AbortController().signal;
    const seen: number[] = [];
    const take = async (maxRows: number) => {
      let rows = 0;
      const end = await cursor.fetch(maxRows, false, { message: () => void (rows += 1) }, signal);
      seen.push(rows);
      return end;
    };
    expect(await take(4)).toEqual({ suspended: true });
    expect(await take(4)).toEqual({ suspended: true });
    expect(await take(0)).toEqual({ tag: 'SELECT 2' });
    expect(seen).toEqual([4, 4, 2]);
  });
});

describe('parameters', () => {
  it('are taken by position, null among them', async () => {
    expect(await reading.rows('SELECT $1::text, $2::int + 1', {}, ['a', '41'])).toEqual([['a', '42']]);
    expect(await reading.rows('SELECT $1::text IS NULL', {}, [null])).toEqual([['t']]);
  });
});

describe('owners and privileges', () => {
  it('of schemas and databases are the catalog’s', async () => {
    reading.store.apply([
      put('schemas', {
        id: schemaId('u70'),
        oid: 23_070,
        databaseId: reading.store.current.databaseNamed('materialize')?.id ?? null,
        name: 'private',
        ownerId: materializeRoleId,
        privileges: [],
      }),
    ]);
    const bob = { role: 'bob', sessionUser: 'bob', superuser: false };
    expect(
      await reading.rows(
        "SELECT has_schema_privilege('public', 'USAGE'), has_schema_privilege('private', 'USAGE')",
        bob,
      ),
    ).toEqual([['t', 'f']]);
    expect(
      await reading.rows("SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'private'", bob),
    ).toEqual([['materialize']]);
  });
});

describe('the engine’s inner life', () => {
  it.each([
    ['schemas', "SELECT nspname FROM pg_namespace WHERE nspname ~ '^pg_|mirror'", ['pg_catalog', 'pg_toast']],
    ['tables', "SELECT schemaname FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')", []],
    [
      'relations',
      "SELECT relname FROM pg_class WHERE relnamespace = 'pg_toast'::regnamespace AND relkind NOT IN ('t', 'i')",
      [],
    ],
    ['information', "SELECT table_name FROM information_schema.tables WHERE table_schema = 'pg_toast'", []],
    ['types', "SELECT typname FROM pg_type WHERE typnamespace = 'pg_toast'::regnamespace", []],
    ['roles', "SELECT rolname FROM pg_roles WHERE rolname ~ '^pg_|postgres'", []],
    ['databases', "SELECT datname FROM pg_database WHERE datname ~ 'template|postgres'", []],
    ['prepared statements', 'SELECT name FROM pg_prepared_statements', []],
    ['cursors', 'SELECT name FROM pg_cursors', []],
    ['backends', 'SELECT pid FROM pg_stat_activity', []],
    ['settings', "SELECT name FROM pg_settings WHERE name ~ 'sallyport' OR setting ~ '/'", ['unix_socket_directories']],
  ])('%s', async (_, text, expected) => {
    const found = await reading.column(text);
    expect(found.filter((name) => !(expected as readonly string[]).includes(name ?? ''))).toEqual([]);
  });
});
