import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyIn, query, rawClient, sendCancel } from './raw-client.ts';
import { createRelayWorld, password, type RelayWorld } from './world.ts';

let world: RelayWorld;

beforeAll(async () => {
  world = await createRelayWorld({ settings: { max_connections: '60' } });
});

afterAll(() => world[Symbol.asyncDispose]());

const asked = (database: string, user = 'alice') =>
  world.run('psql', ['-XAtc', 'SELECT current_database()'], { database, user });

describe('the database of a start-up message', () => {
  it.each([
    'pg_connection',
    'PG_Connection',
    '"pg_connection"',
    'public.pg_connection',
    'materialize."public".PG_CONNECTION',
  ])('names a connection as SQL does: %s', async (name) => {
    expect(await asked(name)).toMatchObject({ stdout: 'app\n', code: 0 });
  });

  it.each(['"PG_Connection"', 'other.pg_connection', 'a.b.c.pg_connection', 'pg_connection.', '""', 'password'])(
    'does not exist when it names none: %s',
    async (name) => {
      const { stderr, code } = await asked(name);
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringContaining(`database "${name}" does not exist`),
      });
    },
  );

  it('may hold dots, quotes and capitals', async () => {
    await world.declare(String.raw`"A ""b"".C"`, {});
    expect(await asked(String.raw`public."A ""b"".C"`)).toMatchObject({ stdout: 'app\n', code: 0 });
  });

  it('is looked for along the role’s search path, in the role’s database', async () => {
    await world.sql(`CREATE DATABASE elsewhere; CREATE SCHEMA elsewhere.s; CREATE ROLE carol LOGIN;
      GRANT USAGE ON DATABASE elsewhere TO alice, carol; GRANT USAGE ON SCHEMA elsewhere.s TO alice, carol;`);
    await world.declare('elsewhere.s.hidden', {});
    await world.sql(`GRANT USAGE ON CONNECTION elsewhere.s.hidden TO carol;
      ALTER ROLE carol SET database = elsewhere; ALTER ROLE carol SET search_path = s;`);
    expect(await asked('hidden')).toMatchObject({ code: 2 });
    expect(await asked('hidden', 'carol')).toMatchObject({ stdout: 'app\n', code: 0 });
    expect(await asked('elsewhere.s.hidden')).toMatchObject({ stdout: 'app\n', code: 0 });
  });

  it('is a database of the catalog where there is one of that name', async () => {
    await world.declare('both', {});
    expect(await asked('both')).toMatchObject({ stdout: 'app\n', code: 0 });
    await world.sql('CREATE DATABASE both');
    expect(await asked('both')).toMatchObject({ stdout: 'both\n', code: 0 });
    expect(await asked('materialize.public.both')).toMatchObject({ stdout: 'app\n', code: 0 });
  });

  it('of another kind is refused: this port speaks PostgreSQL', async () => {
    await world.sql('GRANT USAGE ON CONNECTION tunnel TO alice');
    await expect(world.connect({ database: 'tunnel' })).rejects.toMatchObject({
      code: '0A000',
      message: 'connection "tunnel" is to SSH TUNNEL, and this port speaks PostgreSQL only',
    });
  });
});

describe('a role without USAGE', () => {
  beforeAll(() => world.sql('CREATE ROLE mallory LOGIN'));

  it('is not relayed', async () => {
    await expect(world.connect({ user: 'mallory' })).rejects.toMatchObject({ severity: 'FATAL', code: '42501' });
  });

  it('does not see relays of others, which their users and superusers see', async () => {
    const client = await world.connect({ application_name: 'seen' });
    const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
    const relays = (user: string) =>
      world.run(
        'psql',
        ['-XAtF,', '-c', 'SELECT role, connection, state, server_process_id FROM mz_internal.mz_relays'],
        {
          user,
          database: 'materialize',
        },
      );
    const seen = `alice,pg_connection,open,${(rows as { pid: number }[])[0]?.pid}\n`;
    // Those of the clients before may be on their way out.
    await expect.poll(() => relays('alice')).toMatchObject({ stdout: seen });
    expect(await relays('materialize')).toMatchObject({ stdout: seen });
    expect(await relays('mallory')).toMatchObject({ stdout: '', code: 0 });
    await client.end();
    const history = ['-XAtc', 'SELECT count(*) FROM mz_internal.mz_relay_history'];
    expect(await world.run('psql', history, { user: 'mallory', database: 'materialize' })).toMatchObject({
      stdout: '0\n',
    });
  });
});

describe('a CancelRequest', () => {
  it('with our key reaches the statement that runs, through the tunnel', async () => {
    await using client = await rawClient(world.server.sqlPort);
    const started = await client.answered();
    const { processId, secret } = keyIn(Buffer.from(started, 'latin1'));
    client.socket.write(query('SELECT pg_sleep(300)'));
    await expect.poll(() => running('pg_sleep(300)')).toBe('1');
    await sendCancel(world.server.sqlPort, processId, secret + 1);
    await sendCancel(world.server.sqlPort, processId + 1, secret);
    expect(running('pg_sleep(300)')).toBe('1');
    await sendCancel(world.server.sqlPort, processId, secret);
    expect(await client.until(/C57014/)).toContain('canceling statement due to user request');
    client.socket.write(query("SELECT 'alive'"));
    await client.until(/alive/);
  });
});

describe('what a client receives', () => {
  const secrets = (): readonly string[] => [password, 'db.internal', world.netns.address, '5432', world.bastion.user];

  it('holds neither the password nor an address, when all goes well', async () => {
    const parameters = { user: 'alice', database: 'pg_connection', options: '-c sallyport.notice=on' };
    await using client = await rawClient(world.server.sqlPort, parameters);
    const text = await client.answered();
    for (const secret of secrets()) expect(text).not.toContain(secret);
    expect(text).toContain('role "alice" is connected to connection "materialize.public.pg_connection"');
    expect(text).toContain('Way: SSH tunnel "tunnel". Client: no TLS. Server: version 1');
  });

  it.each([
    ['a wrong password', { PASSWORD: 'SECRET wrong' }, '28P01', 'the server refused the login'],
    ['no such database', { DATABASE: "'nowhere'" }, '3D000', 'the server has no such database'],
    ['a database it may not enter', { DATABASE: "'closed'" }, '42501', 'the server has no such database, or does not'],
    ['no line in pg_hba.conf', { USER: "'barred'" }, '28000', 'the server refused the login'],
    ['a port that is closed', { PORT: '5433' }, '08004', 'the bastion of SSH tunnel "tunnel" did not connect us'],
    ['no such host', { HOST: "'nowhere.internal'" }, '08004', 'the bastion of SSH tunnel "tunnel" did not connect us'],
    ['an untrusted certificate', { 'SSL MODE': "'verify-ca'" }, '08001', 'no TLS session with the server'],
    [
      'a closed port, without a tunnel',
      { HOST: "'127.0.0.1'", PORT: '9', 'SSH TUNNEL': '' },
      '08001',
      'could not connect to the server',
    ],
    [
      'a bastion that knows no key',
      { 'SSH TUNNEL': 'stranger' },
      '28000',
      'the bastion of SSH tunnel "stranger" did not let us in',
    ],
  ] as const)('names the stage and nothing more: %s', async (what, options, code, message) => {
    await world.sql(`CREATE SECRET IF NOT EXISTS wrong AS 'not the password';
      CREATE CONNECTION IF NOT EXISTS stranger TO SSH TUNNEL (HOST '${world.bastion.host}', PORT ${world.bastion.port}, USER 'no-such-user');`);
    const name = `"${what}"`;
    await world.declareUnchecked(name, options);
    await using client = await rawClient(world.server.sqlPort, { user: 'alice', database: name });
    await client.closed();
    const text = client.received.toString('latin1');
    expect(text).toContain(`C${code}\0Mconnection ${name}: ${message}`);
    expect(text).toContain('Stages:\n');
    expect(text).toContain('VALIDATE CONNECTION');
    for (const secret of [...secrets(), 'not the password', 'nowhere', 'barred', 'no-such-user', '127.0.0.1'])
      expect(text).not.toContain(secret);
  });
});

const running = (statement: string): string =>
  world.database.sql(`SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT ${statement}'`);
