import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { query, rawClient, sendCancel } from './raw-client.ts';
import { createRelayWorld, type RelayWorld } from './world.ts';

let world: RelayWorld;

beforeAll(async () => {
  world = await createRelayWorld({ settings: { max_connections: '60' } });
});

afterAll(() => world[Symbol.asyncDispose]());

const soon = { timeout: 60_000 };
const sessions = (): string => world.database.sql("SELECT count(*) FROM pg_stat_activity WHERE usename = 'app'");
const noSessions = () => expect.poll(sessions, soon).toBe('0');
const works = async (database = 'pg_connection', user = 'alice'): Promise<void> => {
  const client = await world.connect({ database, user });
  expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await client.end();
};

describe('a relay ends with 57P01', () => {
  const connection = async (name: string): Promise<void> => {
    await world.declare(name, {});
    await world.sql(`CREATE ROLE user_of_${name} LOGIN; GRANT USAGE ON CONNECTION ${name} TO user_of_${name}`);
  };

  it.each([
    ['DROP CONNECTION', (name: string) => `DROP CONNECTION ${name}`, /connection "\w+" was dropped/],
    ['REVOKE USAGE', (name: string) => `REVOKE USAGE ON CONNECTION ${name} FROM user_of_${name}`, /may no longer use/],
    ['DROP OWNED', (name: string) => `DROP OWNED BY user_of_${name}`, /may no longer use/],
    [
      'DROP ROLE',
      (name: string) => `DROP OWNED BY user_of_${name}; DROP ROLE user_of_${name}`,
      /terminating connection/,
    ],
  ])('at %s, and others go on', async (what, statement, message) => {
    const name = `for_${what.toLowerCase().replaceAll(' ', '_')}`;
    await connection(name);
    const other = await world.connect();
    await using client = await rawClient(world.server.sqlPort, { user: `user_of_${name}`, database: name });
    await client.answered();
    await world.sql(statement(name));
    await client.closed();
    const text = client.received.toString('latin1');
    expect(text).toMatch(/SFATAL\0VFATAL\0C57P01\0Mterminating connection: /);
    expect(text).toMatch(message);
    expect((await other.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await other.end();
    await noSessions();
  });

  it('at the loss of superuser, in the middle of a statement, which ends on the server too', async () => {
    await world.sql('CREATE ROLE root LOGIN SUPERUSER');
    await using client = await rawClient(world.server.sqlPort, { user: 'root', database: 'pg_connection' });
    await client.answered();
    client.socket.write(query('SELECT pg_sleep(300)'));
    await expect.poll(sessions, soon).toBe('1');
    await world.sql('ALTER ROLE root NOSUPERUSER');
    await client.closed();
    expect(client.received.toString('latin1')).toContain('C57P01');
    await noSessions();
  });

  it('at DROP … CASCADE of its tunnel', async () => {
    const { host, port, user } = world.bastion;
    const key = await world.sql(`CREATE CONNECTION second TO SSH TUNNEL (HOST '${host}', PORT ${port}, USER '${user}');
      SELECT public_key_1 FROM mz_ssh_tunnel_connections JOIN mz_connections USING (id) WHERE name = 'second'`);
    world.bastion.install(key);
    await world.declare('by_second', { 'SSH TUNNEL': 'second' });
    await using client = await rawClient(world.server.sqlPort, { user: 'alice', database: 'by_second' });
    await client.answered();
    await world.sql('DROP CONNECTION second CASCADE');
    await client.closed();
    expect(client.received.toString('latin1')).toContain(
      'C57P01\0Mterminating connection: connection "by_second" was dropped',
    );
  });

  it('at REVOKE USAGE of its schema', async () => {
    await world.sql('CREATE SCHEMA own; GRANT USAGE ON SCHEMA own TO alice');
    await world.declare('own.inside', {});
    await using client = await rawClient(world.server.sqlPort, { user: 'alice', database: 'own.inside' });
    await client.answered();
    await world.sql('REVOKE USAGE ON SCHEMA own FROM alice');
    await client.closed();
    expect(client.received.toString('latin1')).toMatch(/C57P01\0M[^\0]*may no longer use/);
  });
});

describe('a running relay goes on', () => {
  it('at ALTER CONNECTION, ALTER SECRET and ROTATE KEYS; new ones use the new definition', async () => {
    await world.declare('altered', {});
    const before = await world.connect({ database: 'altered' });
    const lines = await world.sql('SELECT public_key_2 FROM mz_ssh_tunnel_connections');
    world.bastion.install(...lines.split('\n'));
    world.database.sql('CREATE DATABASE second');
    await world.sql(`CREATE SECRET secret_of_altered AS 'another';
      ALTER CONNECTION altered SET (DATABASE 'second'), SET (PASSWORD SECRET secret_of_altered), SET (USER 'trusted');
      ALTER SECRET secret_of_altered AS 'yet another';
      ALTER CONNECTION tunnel ROTATE KEYS;`);
    expect((await before.query('SELECT current_user AS u, current_database() AS d')).rows).toEqual([
      { u: 'app', d: 'app' },
    ]);
    const after = await world.connect({ database: 'altered' });
    expect((await after.query('SELECT current_user AS u, current_database() AS d')).rows).toEqual([
      { u: 'trusted', d: 'second' },
    ]);
    const slow = before.query('SELECT pg_sleep(300)');
    const failure = slow.catch((error: unknown) => error);
    await expect
      .poll(() => world.database.sql("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'"), soon)
      .toBe('1');
    await cancel(before);
    expect(await failure).toMatchObject({ code: '57014' });
    await Promise.all([before.end(), after.end()]);
  });
});

describe('when one side goes', () => {
  it('the server’s session ends at once when the client is gone, even in the middle of a statement', async () => {
    await using idle = await rawClient(world.server.sqlPort);
    await idle.answered();
    idle.socket.resetAndDestroy();
    await noSessions();
    await using busy = await rawClient(world.server.sqlPort);
    await busy.answered();
    busy.socket.write(query('SELECT pg_sleep(300)'));
    const sleeping = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    await expect.poll(() => world.database.sql(sleeping), soon).toBe('1');
    busy.socket.resetAndDestroy();
    await noSessions();
  });

  it('the client reads what the server said last, and nothing more', async () => {
    await using client = await rawClient(world.server.sqlPort);
    await client.answered();
    world.database.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'");
    await client.closed();
    const text = client.received.toString('latin1');
    expect(text).toContain('terminating connection due to administrator command');
    expect(text).not.toContain('C08006');
  });

  it('the client reads which hop was lost: the bastion; the next connect works by itself', async () => {
    await using client = await rawClient(world.server.sqlPort);
    await client.answered();
    await world.bastion.kill();
    await client.closed();
    expect(client.received.toString('latin1')).toContain(
      'C08006\0MSSH tunnel "tunnel" of connection "pg_connection" was lost',
    );
    await world.bastion.restart();
    await works();
  });

  it('the client reads which hop was lost: the server; the next connect works by itself', async () => {
    await noSessions();
    await using client = await rawClient(world.server.sqlPort);
    await client.answered();
    const pid = world.database.sql("SELECT pid FROM pg_stat_activity WHERE usename = 'app'");
    process.kill(Number(pid), 'SIGKILL');
    await client.closed();
    expect(client.received.toString('latin1')).toContain(
      'C08006\0Mthe server of connection "pg_connection" closed the connection',
    );
    await expect.poll(() => works().then(() => 'works', String), soon).toBe('works');
  });

  it('the client is not lied to when the server is lost in the middle of a row', async () => {
    await using client = await rawClient(world.server.sqlPort);
    await client.answered();
    client.socket.write(query("SELECT repeat('x', 100000000)"));
    await client.until(/x{1000}/);
    await world.bastion.kill();
    await client.closed();
    expect(client.received.subarray(-1000).toString('latin1')).toBe('x'.repeat(1000));
    await world.bastion.restart();
    await works();
  });
});

describe('what was', () => {
  it('is in the history and in the metrics', async () => {
    // The end of the one before is not to be taken for this one's.
    await expect.poll(() => world.sql('SELECT count(*) FROM mz_internal.mz_relays'), soon).toBe('0');
    const seen = Number(await world.sql('SELECT coalesce(max(id), 0) FROM mz_internal.mz_relay_history'));
    await works();
    await world.declareUnchecked('broken', { PORT: '5433' });
    await expect(world.connect({ database: 'broken' })).rejects.toMatchObject({ code: '08004' });
    const history = () =>
      world.sql(`SELECT event, role, connection_name, client_address, server_process_id IS NULL, bytes_from_server > 0, reason
        FROM mz_internal.mz_relay_history WHERE id > ${seen} ORDER BY connection_name DESC, id`);
    await expect
      .poll(history, soon)
      .toBe(
        [
          'opened|alice|materialize.public.pg_connection|127.0.0.1|f|f|',
          'closed|alice|materialize.public.pg_connection|127.0.0.1|f|t|the client left',
          'failed|alice|materialize.public.broken|127.0.0.1|t|f|connection "broken": the bastion of SSH tunnel "tunnel" did not connect us to the server',
        ].join('\n'),
      );
    const metrics = await (await world.server.get('/metrics')).text();
    expect(metrics).toMatch(/sallyport_relay_opens_total\{outcome="ok"\} [1-9]/);
    expect(metrics).toMatch(/sallyport_relay_closes_total\{by="client"\} [1-9]/);
    expect(metrics).toMatch(/sallyport_relay_bytes_total\{from="server"\} [1-9]/);
    expect(metrics).toMatch(/^sallyport_relays 0$/m);
  });
});

/** As `pg` would: with the key that it was given, on a connection of its own. */
async function cancel(client: Client): Promise<void> {
  const { processID, secretKey } = client as unknown as { readonly processID: number; readonly secretKey: number };
  await sendCancel(world.server.sqlPort, processID, secretKey);
}
