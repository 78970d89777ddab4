import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databasePassword, type PrivateNetwork, startPrivateNetwork } from '../support/private-network.ts';
import { type Sallyport, startSallyport } from '../support/sallyport.ts';
import { clientPrograms } from './clients.ts';
import { type Answer, Conversation } from './conversation.ts';

let network: PrivateNetwork;
let server: Sallyport;

beforeAll(async () => {
  network = await startPrivateNetwork();
  server = await startSallyport();
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await network[Symbol.asyncDispose]();
});

const keysQuery = `SELECT mz_connections.name, mz_ssh_tunnel_connections.*
  FROM mz_connections JOIN mz_ssh_tunnel_connections USING(id) WHERE mz_connections.name = $1`;

describe.each(clientPrograms)('$name ($mode)', (program) => {
  it('holds the first session', { timeout: 180_000 }, async () => {
    await using client = new Conversation(program, server.sqlPort);
    const done = { ok: true, columns: [], rows: [] };
    expect(await client.ask(network.createTunnel('ssh_connection'))).toEqual(done);
    const shown = await client.ask(keysQuery, 'ssh_connection');
    expect(shown).toMatchObject({ ok: true, columns: ['name', 'id', 'public_key_1', 'public_key_2'] });
    const [, , key1 = '', key2 = ''] = firstRow(shown);
    expect(await client.ask('VALIDATE CONNECTION ssh_connection')).toMatchObject({ ok: false, code: '28000' });
    network.bastion.clear();
    network.bastion.install(key1, key2);
    expect(await client.ask('VALIDATE CONNECTION ssh_connection')).toMatchObject({ ok: true });
    expect(await client.ask(`CREATE SECRET pgpass AS '${databasePassword}'`)).toEqual(done);
    expect(await client.ask(network.createPostgres('pg_connection', 'ssh_connection', 'pgpass'))).toEqual(done);
    expect(await client.ask('ALTER CONNECTION ssh_connection ROTATE KEYS')).toEqual(done);
    expect(firstRow(await client.ask(keysQuery, 'ssh_connection'))[2]).toBe(key2);
    expect(await client.ask('VALIDATE CONNECTION pg_connection')).toMatchObject({ ok: true });
    const listed = await client.ask('SHOW CONNECTIONS');
    expect(listed.ok && listed.rows.map((row) => row.slice(0, 2))).toEqual([
      ['pg_connection', 'postgres'],
      ['ssh_connection', 'ssh-tunnel'],
    ]);
    expect(firstRow(await client.ask('SHOW CREATE CONNECTION pg_connection'))[1]).toContain('SECRET');
    expect(await client.ask('DROP CONNECTION ssh_connection')).toMatchObject({ ok: false, code: '2BP01' });
    expect(await client.ask('DROP CONNECTION ssh_connection CASCADE')).toEqual(done);
    expect(await client.ask('DROP SECRET pgpass')).toEqual(done);
    expect(await client.ask('SELECT count(*) FROM mz_connections WHERE name LIKE $1', '%connection')).toMatchObject({
      rows: [['0']],
    });
  });
});

function firstRow(answer: Answer): readonly string[] {
  if (!answer.ok) throw new Error(`${answer.code}: ${answer.message}`);
  return (answer.rows[0] ?? []).map((value) => value ?? '');
}
