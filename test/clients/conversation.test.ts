import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databasePassword } from '../support/private-network.ts';
import { type Ability, type Client, clients } from './clients.ts';
import { Conversation, succeeded } from './conversation.ts';
import { introspections } from './introspection/index.ts';
import type { Command } from './languages.ts';
import { startPreparing } from './preparing.ts';
import { typeNames, values } from './values.ts';
import { startWorld, type World } from './world.ts';

const prepared = startPreparing(clients);
let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

const endless = 'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t';
const keysQuery = `SELECT mz_connections.name, mz_ssh_tunnel_connections.*
  FROM mz_connections JOIN mz_ssh_tunnel_connections USING(id) WHERE mz_connections.name = $1`;

describe.each(clients)('$folder ($mode, $login)', (program: Client) => {
  const own = `${program.folder}_${program.mode}`.replaceAll(/\W/g, '_');
  const [ssh, postgres, secret] = [`${own}_ssh`, `${own}_pg`, `${own}_secret`];
  let command: Command;
  let client: Conversation;

  beforeAll(async () => {
    const [first, ...others] = await prepared(program);
    command = [first, ...others, program.mode];
    client = await Conversation.open(command, world.logins[program.login]);
  }, 3_600_000);

  afterAll(async () => {
    await client?.[Symbol.asyncDispose]();
  });

  const itCan = (ability: Ability, name: string, test: () => Promise<void>): void => {
    if (program.can.includes(ability)) it(name, test);
  };

  it('declares a bastion and the database behind it, and rotates keys', async () => {
    await client.query(world.network.createTunnel(ssh));
    const shown = await client.query(keysQuery, ssh);
    expect(shown.columns).toEqual(['name', 'id', 'public_key_1', 'public_key_2']);
    const [, , key1 = '', key2 = ''] = (shown.rows[0] ?? []).map(String);
    const refused = await client.failure(`VALIDATE CONNECTION ${ssh}`);
    expect(refused).toMatchObject({ code: '28000', hint: expect.stringContaining(key1) });
    world.network.bastion.install(key1, key2);
    await client.query(`VALIDATE CONNECTION ${ssh}`);
    await client.query(`CREATE SECRET ${secret} AS '${databasePassword}'`);
    await client.query(world.network.createPostgres(postgres, ssh, secret));
    await client.query(`ALTER CONNECTION ${ssh} ROTATE KEYS`);
    expect((await client.query(keysQuery, ssh)).rows[0]?.[2]).toBe(key2);
    await client.query(`VALIDATE CONNECTION ${postgres}`);
    const created = await client.query(`SHOW CREATE CONNECTION ${postgres}`);
    expect(created.rows).toEqual([[expect.stringContaining(postgres), expect.stringContaining(`SECRET`)]]);
  });

  it('reads the catalog with parameters', async () => {
    const named =
      'SELECT name, type FROM mz_connections WHERE name = ANY($1::text[]) AND type <> $2 ORDER BY name LIMIT $3';
    expect(await client.query(named, [ssh, postgres, 'nothing'], 'kafka', 10)).toMatchObject({
      columns: ['name', 'type'],
      rows: [
        [postgres, 'postgres'],
        [ssh, 'ssh-tunnel'],
      ],
    });
    expect((await client.query(`SHOW CONNECTIONS LIKE '${own}%'`)).rows.map((row) => row.slice(0, 2))).toEqual([
      [postgres, 'postgres'],
      [ssh, 'ssh-tunnel'],
    ]);
  });

  it('gets values of every type', async () => {
    const answer = await client.query(values.statement, ...values.parameters);
    expect(answer.columns).toEqual(values.columns);
    expect(values.plain(answer.rows[0] ?? [])).toEqual(values.expected);
  });

  itCan('types', 'is told the types of columns', async () => {
    const { types = [] } = await client.query(values.statement, ...values.parameters);
    expect(typeNames(types)).toEqual(values.types);
  });

  it('sees changes through a statement that it keeps prepared', async () => {
    const statement = 'SELECT name FROM mz_secrets WHERE name = $1';
    const name = `${own}_seen`;
    for (let round = 0; round < 3; round += 1) {
      expect((await client.query(statement, name)).rows).toEqual([]);
      await client.query(`CREATE SECRET ${name} AS 'x'`);
      expect((await client.query(statement, name)).rows).toEqual([[name]]);
      await client.query(`DROP SECRET ${name}`);
    }
  });

  it('keeps or undoes what a transaction did, and goes on after a failed one', async () => {
    const count = `SELECT name FROM mz_secrets WHERE name LIKE $1 ORDER BY name`;
    const pattern = `${own}_tx%`;
    const names = async () => (await client.query(count, pattern)).rows.flat();
    succeeded(await client.ask('begin'));
    await client.query(`CREATE SECRET ${own}_tx1 AS 'x'`);
    expect(await names()).toEqual([`${own}_tx1`]);
    succeeded(await client.ask('rollback'));
    expect(await names()).toEqual([]);
    succeeded(await client.ask('begin'));
    await client.query(`CREATE SECRET ${own}_tx2 AS 'x'`);
    expect(await client.failure(`CREATE SECRET ${own}_tx2 AS 'x'`)).toMatchObject({ code: '42710' });
    expect(await client.failure('SELECT 1')).toMatchObject({ code: '25P02' });
    succeeded(await client.ask('rollback'));
    succeeded(await client.ask('begin'));
    await client.query(`CREATE SECRET ${own}_tx3 AS 'x'`);
    succeeded(await client.ask('commit'));
    expect(await names()).toEqual([`${own}_tx3`]);
    await client.query(`DROP SECRET ${own}_tx3`);
  });

  it('goes back to a savepoint', async () => {
    succeeded(await client.ask('begin'));
    await client.query('SAVEPOINT here');
    await client.query(`CREATE SECRET ${own}_undone AS 'x'`);
    expect(await client.failure('SELECT 1 / 0')).toMatchObject({ code: '22012' });
    await client.query('ROLLBACK TO SAVEPOINT here');
    await client.query(`CREATE SECRET ${own}_kept AS 'x'`);
    await client.query('RELEASE SAVEPOINT here');
    succeeded(await client.ask('commit'));
    const { rows } = await client.query('SELECT name FROM mz_secrets WHERE name = ANY($1::text[])', [
      `${own}_undone`,
      `${own}_kept`,
    ]);
    expect(rows).toEqual([[`${own}_kept`]]);
    await client.query(`DROP SECRET ${own}_kept`);
  });

  it('reads the fields of errors', async () => {
    expect(await client.failure('SELECT * FROM nothing_here')).toMatchObject({
      code: '42P01',
      message: expect.stringContaining('nothing_here'),
    });
    expect(position(await client.failure('SELECT nonsense FROM mz_connections'))).toEqual(['42703', '8']);
    expect(position(await client.failure('SELEC 1'))).toEqual(['42601', '1']);
    expect(await client.failure('SELECT 1 / 0')).toMatchObject({ code: '22012' });
    expect(await client.failure(`DROP CONNECTION ${ssh}`)).toMatchObject({
      code: '2BP01',
      detail: expect.stringContaining(postgres),
      hint: expect.stringContaining('CASCADE'),
    });
  });

  itCan('notices', 'hears notices', async () => {
    const { notices } = await client.query(`DROP SECRET IF EXISTS ${own}_nothing`);
    expect(notices).toEqual([
      {
        code: expect.toSatisfy((code) => code === null || code === '42704'),
        message: expect.stringContaining('skipping'),
      },
    ]);
  });

  itCan('cancel', 'cancels a statement that would not end, and goes on', async () => {
    expect(await client.ask('cancel', endless)).toMatchObject({ ok: false, code: '57014' });
    expect((await client.query('SELECT name FROM mz_connections WHERE name = $1', ssh)).rows).toEqual([[ssh]]);
  });

  itCan('stream', 'reads a large result in parts', async () => {
    const { found } = succeeded(await client.ask('stream', 'SELECT n FROM generate_series(1, 1050) AS g(n)'));
    const hundreds = Array.from({ length: 10 }, () => 100);
    // Some libraries hide in which parts they read.
    expect([[...hundreds, 50], [1050]]).toContainEqual(found);
  });

  itCan('inspect', 'gets the right answers to what the library itself asks of the catalog', async () => {
    const expectRight = introspections[program.folder];
    expect(expectRight).toBeDefined();
    await expectRight?.(succeeded(await client.ask('inspect')).found, async () => {
      await using reference = await Conversation.open(command, world.reference);
      return succeeded(await reference.ask('inspect')).found;
    });
  });

  it('drops what it declared', async () => {
    await client.query(`DROP CONNECTION ${ssh} CASCADE`);
    await client.query(`DROP SECRET ${secret}`);
    expect((await client.query('SELECT name FROM mz_connections WHERE name LIKE $1', `${own}%`)).rows).toEqual([]);
  });

  if (program.login === 'password')
    it('is told of a wrong password', async () => {
      const wrong = { ...world.logins.password, password: 'wrong' };
      const answer = await Conversation.refused(command, wrong);
      expect(answer).toMatchObject({ ok: false, message: expect.stringContaining('password authentication failed') });
      expect(answer).toMatchObject({ code: expect.toSatisfy((code) => code === null || code === '28P01') });
    });
});

const position = (failure: { readonly code: string | null; readonly position?: unknown }) => [
  failure.code,
  String(failure.position),
];
