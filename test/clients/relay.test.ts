import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databasePassword } from '../support/private-network.ts';
import { type Ability, clients } from './clients.ts';
import { Conversation, type Login, succeeded } from './conversation.ts';
import type { Command } from './languages.ts';
import { startPreparing } from './preparing.ts';
import { typeNames, values } from './values.ts';
import { startWorld, type World } from './world.ts';

/** The programs as clients of the private database: a connection is the database that they name. */
const relayed = clients.filter((client) => client.relay === true);
const prepared = startPreparing(relayed);
const alicePassword = 'of alice alone';

let world: World;

beforeAll(async () => {
  world = await startWorld();
  const { network, servers } = world;
  for (const server of Object.values(servers)) {
    const owner = await server.client({ host: join(server.dataDir, 'run') });
    await owner.query(network.createTunnel('tunnel'));
    const { rows } = await owner.query<{ key: string }>('SELECT public_key_1 AS key FROM mz_ssh_tunnel_connections');
    network.bastion.install(...rows.map(({ key }) => key));
    await owner.query(`CREATE SECRET password AS '${databasePassword}'`);
    await owner.query(network.createPostgres('pg_connection', 'tunnel', 'password'));
    await owner.query(`CREATE ROLE alice WITH LOGIN PASSWORD '${alicePassword}'`);
    await owner.query('GRANT USAGE ON CONNECTION pg_connection TO alice');
    await owner.query("CREATE ROLE stranger WITH LOGIN PASSWORD 'x'");
    await owner.end();
  }
  network.database.sql('GRANT ALL ON SCHEMA public TO app');
});

afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

describe.each(relayed)('$folder ($mode, $login) behind a connection', (program) => {
  const table = program.folder.replaceAll(/\W/g, '_');
  let command: Command;
  let login: Login;
  let client: Conversation;

  beforeAll(async () => {
    command = [...(await prepared(program)), program.mode];
    login = { ...world.logins[program.login], user: 'alice', password: alicePassword, database: 'pg_connection' };
    client = await Conversation.open(command, login);
  }, 3_600_000);

  afterAll(async () => {
    await client?.[Symbol.asyncDispose]();
  });

  const itCan = (ability: Ability, name: string, test: () => Promise<void>): void => {
    if (program.can.includes(ability)) it(name, test);
  };

  it('is in the private database, as its user', async () => {
    const { rows } = await client.query('SELECT current_user::text, current_database()::text');
    expect(rows).toEqual([['app', 'app']]);
  });

  it('gets values of every type', async () => {
    const { columns, types, rows } = await client.query(values.statement, ...values.parameters);
    expect(columns).toEqual(values.columns);
    expect(typeNames(types ?? [])).toEqual(values.types);
    expect(values.plain(rows[0] ?? [])).toEqual(values.expected);
  });

  it('keeps or undoes what a transaction wrote, and reads errors', async () => {
    await client.query(`CREATE TABLE ${table} (id int8 PRIMARY KEY, word text)`);
    succeeded(await client.ask('begin'));
    await client.query(`INSERT INTO ${table} VALUES ($1, $2)`, 1, 'undone');
    succeeded(await client.ask('rollback'));
    succeeded(await client.ask('begin'));
    await client.query(`INSERT INTO ${table} VALUES ($1, $2)`, 2, 'kept');
    succeeded(await client.ask('commit'));
    expect(await client.failure(`INSERT INTO ${table} VALUES (2, 'again')`)).toMatchObject({
      code: '23505',
      detail: 'Key (id)=(2) already exists.',
    });
    const { rows } = await client.query(`SELECT word FROM ${table} ORDER BY id`);
    expect(rows).toEqual([['kept']]);
    await client.query(`TRUNCATE ${table}`);
  });

  itCan('notices', 'hears notices', async () => {
    const { notices } = await client.query('DROP TABLE IF EXISTS nothing');
    expect(notices).toMatchObject([{ message: 'table "nothing" does not exist, skipping' }]);
  });

  itCan('cancel', 'cancels a statement, and goes on', async () => {
    expect(await client.ask('cancel', 'SELECT pg_sleep(600)')).toMatchObject({ ok: false, code: '57014' });
    expect((await client.query('SELECT $1::int4', 7)).rows.flat().map(Number)).toEqual([7]);
  });

  itCan('stream', 'reads a large result in parts', async () => {
    const { found } = succeeded(await client.ask('stream', 'SELECT n FROM generate_series(1, 1050) AS g(n)'));
    const hundreds = Array.from({ length: 10 }, () => 100);
    expect([[...hundreds, 50], [1050]]).toContainEqual(found);
  });

  itCan('copy', 'copies rows in and out', async () => {
    const count = 50_000;
    const { found } = succeeded(await client.ask('copy', table, count));
    expect(found).toEqual([count, (count * (count - 1)) / 2]);
    expect(world.network.database.sql(`SELECT count(*), sum(id) FROM ${table}`)).toBe(`${count}|1249975000`);
  });

  it('is kept out as a role that may not use the connection', async () => {
    const answer = await Conversation.refused(command, { ...login, user: 'stranger', password: 'x' });
    expect(answer).toMatchObject({ ok: false, message: expect.stringContaining('permission denied') });
    expect(answer).toMatchObject({ code: expect.toSatisfy((code) => code === null || code === '42501') });
  });
});
