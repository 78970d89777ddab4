import { once } from 'node:events';
import type { Client, ClientConfig } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { query, rawClient } from './raw-client.ts';
import { createRelayWorld, type RelayWorld } from './world.ts';

let world: RelayWorld;

beforeAll(async () => {
  const numbers = ['--relays-per-connection', '3', '--relays-per-role', '2'];
  const times = ['--relay-connect-timeout', '10s', '--relay-idle-timeout', '5s', '--relay-lifetime', '30s'];
  world = await createRelayWorld({ args: [...numbers, ...times, '--relay-drain', '30s'] });
  await world.declare('second', {});
  await world.sql(`CREATE ROLE bob LOGIN; CREATE ROLE eve LOGIN; CREATE ROLE root SUPERUSER LOGIN;
    GRANT USAGE ON CONNECTION pg_connection TO bob, eve;`);
});

afterAll(() => world[Symbol.asyncDispose]());

const soon = { timeout: 60_000 };
const connecting = () => world.sql("SELECT count(*) FROM mz_internal.mz_relays WHERE state = 'connecting'");

describe('limits', () => {
  it('of a role and of a connection: 53300, superusers excepted', async () => {
    // Busy, so that none of them is idle meanwhile.
    const hold = async (config: ClientConfig): Promise<Client> => {
      const client = await world.connect(config);
      client.query('SELECT pg_sleep(300)').catch(() => {});
      return client;
    };
    const held = [await hold({}), await hold({ database: 'second' })];
    await expect(world.connect()).rejects.toMatchObject({
      code: '53300',
      message: 'role "alice" uses too many connections',
    });
    held.push(await hold({ user: 'bob' }), await hold({ user: 'eve' }));
    await expect(world.connect({ user: 'bob' })).rejects.toMatchObject({
      code: '53300',
      message: 'too many clients of connection "pg_connection"',
    });
    held.push(await hold({ user: 'root' }));
    for (const client of held) void client.end();
    await expect.poll(() => world.connect().then((client) => client.end(), String), soon).toBeUndefined();
  });

  it('of the time that a connect may take: 08001, and the client may leave earlier', async () => {
    world.database.freeze();
    try {
      const early = await rawClient(world.server.sqlPort);
      await expect.poll(connecting, soon).toBe('1');
      early.socket.destroy();
      await expect.poll(connecting, soon).toBe('0');
      await expect(world.connect()).rejects.toMatchObject({
        severity: 'FATAL',
        code: '08001',
        message: 'connection "pg_connection": the server did not let us in within 10 s',
      });
    } finally {
      world.database.thaw();
    }
  });

  it('of the time that a client may leave an answer alone: 57P05; one that waits for an answer is not idle', async () => {
    await using idle = await rawClient(world.server.sqlPort);
    await using busy = await rawClient(world.server.sqlPort);
    await Promise.all([idle.answered(), busy.answered()]);
    busy.socket.write(query("SELECT pg_sleep(8), 'slept'"));
    await idle.closed();
    expect(idle.received.toString('latin1')).toContain('C57P05\0Mterminating connection due to idle-session timeout');
    await busy.answered(/slept/);
  });

  it('of the age of a relay: 57P01, whatever it does', async () => {
    await using client = await rawClient(world.server.sqlPort);
    await client.answered();
    client.socket.write(query('SELECT pg_sleep(300)'));
    await client.closed();
    expect(client.received.toString('latin1')).toContain(
      'C57P01\0Mterminating connection: it reached its greatest age',
    );
  });
});

describe('a server that stops', () => {
  it('lets relays come to their end within the drain time, and takes no new ones', async () => {
    const client = await world.connect();
    const answer = client.query("SELECT pg_sleep(3), 'finished' AS said");
    const stopped = world.server.kill('SIGTERM');
    await expect.poll(() => world.connect().then(() => 'connected', String), soon).toContain('ECONNREFUSED');
    expect((await answer).rows).toMatchObject([{ said: 'finished' }]);
    const ended = once(client, 'end', { signal: AbortSignal.timeout(60_000) });
    await client.end();
    await ended;
    expect(await stopped).toBe(0);
  });

  it('still knows at the next start what was relayed', async () => {
    await world.server.restart();
    const reasons = "SELECT DISTINCT reason FROM mz_internal.mz_relay_history WHERE event = 'closed' ORDER BY 1";
    const lines = (await world.sql(reasons)).split('\n');
    expect(lines).toContain('terminating connection due to idle-session timeout');
    expect(lines).toContain('terminating connection: it reached its greatest age');
    expect(lines).toContain('the client left');
  });
});
