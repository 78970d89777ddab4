import { join } from 'node:path';
import type { Client, ClientConfig, DatabaseError } from 'pg';
import { serialize } from 'pg-protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Sallyport, firstRead, startSallyport } from '../../support/sallyport.ts';
import { errorFields, letters, WireClient } from '../../support/wire-client.ts';

/** Every limit of the protocol as an operator sets it, on a running server, with the SQLSTATE that clients get. */
let server: Sallyport;
let owner: Client;

beforeAll(async () => {
  server = await startSallyport();
  await firstRead(server);
  owner = await server.client({ host: join(server.dataDir, 'run') });
  await owner.query('CREATE ROLE app LOGIN');
}, 600_000);

afterEach(async () => {
  await owner.query('ALTER SYSTEM RESET ALL');
});

afterAll(() => server[Symbol.asyncDispose]());

const set = (assignment: string): Promise<unknown> => owner.query(`ALTER SYSTEM SET ${assignment}`);
const session = (user = 'app'): Promise<WireClient> => WireClient.session({ port: server.sqlPort }, { user });

/** SQLSTATE of a statement or a login that must fail; `done` when it did not. */
async function outcome(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    return (error as DatabaseError).code ?? String(error);
  }
}

const login = async (config: ClientConfig = {}): Promise<void> =>
  (await server.client({ user: 'app', ...config })).end();

/** Codes of the errors up to ReadyForQuery or the end of the connection. */
async function codes(client: WireClient): Promise<(string | undefined)[]> {
  const frames = await client.until('Z');
  return frames.filter(({ type }) => type === 'E').map((frame) => errorFields(frame)['C']);
}

/** Waits until sessions that were closed are gone: limits count those that are there. */
async function untilAlone(): Promise<void> {
  const mine = "SELECT count(*)::int AS n FROM mz_internal.mz_sessions WHERE role = 'app'";
  await expect.poll(async () => (await owner.query(mine)).rows).toEqual([{ n: 0 }]);
}

describe('connections', () => {
  it('in total, with some kept for superusers, and the owner of the data directory never shut out', async () => {
    await set('max_connections = 4');
    await set('superuser_reserved_connections = 1');
    await using first = await session();
    await using second = await session();
    expect(await outcome(login())).toBe('53300');
    await using root = await session('materialize');
    expect(await outcome(login({ user: 'materialize' }))).toBe('53300');
    expect(await outcome(login({ host: join(server.dataDir, 'run'), user: 'materialize' }))).toBe('done');
    expect([first, second, root].some(({ socket }) => socket.destroyed)).toBe(false);
    await set('max_connections = 6');
    expect(await outcome(login())).toBe('done');
  });

  it('of one role', async () => {
    await untilAlone();
    await set('max_connections_per_role = 1');
    await using held = await session();
    expect(await outcome(login())).toBe('53300');
    expect(await outcome(login({ user: 'materialize' }))).toBe('done');
    expect(held.socket.destroyed).toBe(false);
  });

  it('from one address', async () => {
    await untilAlone();
    await set('max_connections_per_address = 1');
    await using held = await session();
    expect(await outcome(login())).toBe('53300');
    expect(held.socket.destroyed).toBe(false);
  });

  it('that have not logged in: the oldest gives way', async () => {
    await set('max_unauthenticated_connections = 1');
    await using first = await WireClient.connect({ port: server.sqlPort });
    await using second = await WireClient.connect({ port: server.sqlPort });
    expect(errorFields((await first.untilClosed()).at(-1))).toMatchObject({ S: 'FATAL', C: '53300' });
    second.startup({ user: 'app', database: 'materialize' });
    expect(letters(await second.until('Z'))).toMatch(/^RS+KZ$/);
  });

  it('have a time to log in', async () => {
    await set("authentication_timeout = '1s'");
    await using silent = await WireClient.connect({ port: server.sqlPort });
    expect(errorFields((await silent.untilClosed()).at(-1))).toMatchObject({ S: 'FATAL', C: '57014' });
  });
});

describe('a session', () => {
  it('is told of a message that is too long, and goes on', async () => {
    await set("max_message_size = '64kB'");
    await using client = await session();
    client.query(`SELECT '${'x'.repeat(70_000)}'`);
    expect(await codes(client)).toEqual(['54000']);
    client.query('SELECT 1');
    expect(letters(await client.until('Z'))).toBe('TDCZ');
  });

  it('holds so many prepared statements and portals', async () => {
    await set('max_prepared_statements = 2');
    await set('max_portals = 2');
    await using client = await session();
    for (const name of ['a', 'b', 'c']) client.send(serialize.parse({ name, text: 'SELECT 1' }));
    client.send(serialize.sync());
    expect(await codes(client)).toEqual(['53400']);
    for (const portal of ['p', 'q', 'r']) client.send(serialize.bind({ portal, statement: 'a' }));
    client.send(serialize.sync());
    expect(await codes(client)).toEqual(['53400']);
    client.query('PREPARE d AS SELECT 1');
    expect(await codes(client)).toEqual(['53400']);
    client.query('DEALLOCATE ALL; PREPARE d AS SELECT 1');
    expect(letters(await client.until('Z'))).toBe('CCZ');
  });

  it('is ended when it is idle for too long, in a transaction and outside of one', async () => {
    await set("idle_in_transaction_session_timeout = '200ms'");
    await using open = await session();
    open.query('BEGIN');
    await set("idle_session_timeout = '300ms'");
    await using idle = await session();
    expect(errorFields((await idle.untilClosed()).at(-1))).toMatchObject({ S: 'FATAL', C: '57P05' });
    expect(errorFields((await open.untilClosed()).at(-1))).toMatchObject({ S: 'FATAL', C: '25P03' });
  });

  it('has a time for each statement, its own or the one of its role', async () => {
    await owner.query("ALTER ROLE app SET statement_timeout = '200ms'");
    await using client = await session();
    const endless = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n';
    client.query(endless);
    expect(await codes(client)).toEqual(['57014']);
    client.query("SET statement_timeout = '300ms'");
    await client.until('Z');
    client.query(endless);
    expect(await codes(client)).toEqual(['57014']);
    await owner.query('ALTER ROLE app RESET statement_timeout');
  });

  it('whose client leaves its answer unread is ended', async () => {
    await set("client_stall_timeout = '1s'");
    await using client = await session();
    client.socket.pause();
    client.query("SELECT repeat('x', 1000) FROM generate_series(1, 50000)");
    expect(JSON.parse(await server.logged('"code":"08006"'))).toMatchObject({ user: 'app' });
  });
});

it('what is out of range is refused, and what holds is shown', async () => {
  for (const assignment of [
    'max_connections = 0',
    "max_message_size = '1kB'",
    "authentication_timeout = '1h'",
    "max_unsent_size = '10 parsecs'",
  ]) {
    expect([assignment, await outcome(set(assignment))]).toEqual([assignment, '22023']);
  }
  await set("max_unsent_size = '1024kB'");
  expect((await owner.query('SHOW max_unsent_size')).rows).toEqual([{ max_unsent_size: '1MB' }]);
  await using client = await session();
  client.query('ALTER SYSTEM SET max_connections = 1');
  expect(await codes(client)).toEqual(['42501']);
});
