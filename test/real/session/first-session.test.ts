import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databasePassword, type PrivateNetwork, startPrivateNetwork } from '../../support/private-network.ts';
import { type Sallyport, startSallyport } from '../../support/sallyport.ts';

const keyLine = /^ssh-ed25519 AAAA[0-9A-Za-z+/=]+ materialize$/;

/** The product's first session, in a stock psql, step by step: each test goes on where the one before stopped. */
describe('the first session', () => {
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

  async function succeed(sql: string): Promise<string> {
    const { stdout, stderr } = await server.psql(sql, ['-At']);
    expect(stderr).not.toMatch(/^(?:ERROR|FATAL|psql):/m);
    return stdout.trimEnd();
  }

  async function fail(sql: string): Promise<string> {
    const { stdout, stderr } = await server.psql(sql, ['-At', '-v', 'VERBOSITY=verbose']);
    expect([stdout, stderr.slice(0, 6)]).toEqual(['', 'ERROR:']);
    return stderr;
  }

  async function keys(): Promise<readonly string[]> {
    return (await succeed('SELECT public_key_1, public_key_2 FROM mz_ssh_tunnel_connections')).split('|');
  }

  it('declares a bastion', async () => {
    expect(await succeed(network.createTunnel('ssh_connection'))).toBe('CREATE CONNECTION');
  });

  it('shows its keys', async () => {
    const { stdout } = await server.psql(
      `SELECT mz_connections.name, mz_ssh_tunnel_connections.*
         FROM mz_connections JOIN mz_ssh_tunnel_connections USING(id) WHERE mz_connections.name = 'ssh_connection';`,
      ['-A'],
    );
    const [columns, row = ''] = stdout.split('\n');
    expect(columns).toBe('name|id|public_key_1|public_key_2');
    const [name, id, key1 = '', key2] = row.split('|');
    expect([name, id]).toEqual(['ssh_connection', 'u1']);
    expect(key1).toMatch(keyLine);
    expect(key2).toMatch(keyLine);
    expect(key1).not.toBe(key2);
  });

  it('shows where its connections come from', async () => {
    const { stdout, stderr } = await server.psql('SELECT * FROM mz_catalog.mz_egress_ips;', ['-A']);
    expect(stdout.split('\n')[0]).toBe('egress_ip|prefix_length|cidr');
    expect(stderr).toMatch(/^NOTICE: .*a NAT on the way may change them\nHINT: .*--egress-address/);
  });

  it('says which lines the bastion lacks', async () => {
    const message = await fail('VALIDATE CONNECTION ssh_connection;');
    expect(message).toContain('28000');
    for (const key of await keys()) expect(message).toContain(key);
  });

  it('succeeds as soon as the bastion has them', async () => {
    network.bastion.install(...(await keys()));
    expect(await succeed('VALIDATE CONNECTION ssh_connection;')).toContain('VALIDATE');
  });

  it('tries a database through the tunnel and stores the connection', async () => {
    expect(await succeed(`CREATE SECRET pgpass AS '${databasePassword}';`)).toBe('CREATE SECRET');
    expect(await succeed(network.createPostgres('pg_connection', 'ssh_connection', 'pgpass'))).toBe(
      'CREATE CONNECTION',
    );
    expect(await succeed('VALIDATE CONNECTION pg_connection;')).toContain('VALIDATE');
    await network.bastion.logged(/Accepted publickey/);
  });

  it('does not go round the tunnel', async () => {
    const direct = await fail(
      `CREATE CONNECTION direct TO POSTGRES (HOST 'db.internal', USER 'app', PASSWORD SECRET pgpass, DATABASE 'app')`,
    );
    expect(direct).toContain('08001');
    await network.bastion.kill();
    expect(await fail('VALIDATE CONNECTION pg_connection;')).toContain('08001');
    await network.bastion.restart();
    await succeed('VALIDATE CONNECTION pg_connection;');
  });

  it('keeps keys and ids over a restart', async () => {
    const everything = 'SELECT id, name, type, create_sql FROM mz_connections ORDER BY id';
    const before = [await succeed(everything), ...(await keys())];
    await server.restart();
    expect([await succeed(everything), ...(await keys())]).toEqual(before);
    await succeed('VALIDATE CONNECTION pg_connection;');
  });

  it('rotates: key 2 becomes key 1 and still lets us in', async () => {
    const [key1 = '', key2 = ''] = await keys();
    expect(await succeed('ALTER CONNECTION ssh_connection ROTATE KEYS;')).toBe('ALTER CONNECTION');
    const [newKey1, newKey2 = ''] = await keys();
    expect(newKey1).toBe(key2);
    expect(newKey2).toMatch(keyLine);
    expect([key1, key2]).not.toContain(newKey2);
    network.bastion.remove(key1);
    await succeed('VALIDATE CONNECTION ssh_connection; VALIDATE CONNECTION pg_connection;');
  });

  it('keeps everything over a SIGKILL', async () => {
    const before = await keys();
    await server.kill('SIGKILL');
    await server.restart();
    expect(await keys()).toEqual(before);
    await succeed('VALIDATE CONNECTION pg_connection;');
  });

  it('shows what there is, without the secret', async () => {
    const listed = await succeed('SHOW CONNECTIONS;');
    expect(listed).toMatch(/^pg_connection\|postgres/m);
    expect(listed).toMatch(/^ssh_connection\|ssh-tunnel/m);
    const shown = await succeed('SHOW CREATE CONNECTION pg_connection;');
    expect(shown).toContain('materialize.public.pg_connection|CREATE CONNECTION');
    expect(shown).toContain('SECRET');
    expect(shown).not.toContain(databasePassword);
  });

  it('drops a tunnel only with what needs it', async () => {
    const refused = await fail('DROP CONNECTION ssh_connection;');
    expect(refused).toContain('2BP01');
    expect(refused).toContain('pg_connection');
    expect(await succeed('DROP CONNECTION ssh_connection CASCADE;')).toBe('DROP CONNECTION');
    expect(await succeed('SELECT count(*) FROM mz_connections')).toBe('0');
  });

  it('let no secret into the log', () => {
    expect(server.logLines().length).toBeGreaterThan(0);
    expect(server.logLines().filter((line) => line.includes(databasePassword))).toEqual([]);
  });
});
