import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CloseStack } from '../../../src/close-stack.ts';
import { type BastionMachine, startBastionMachine } from '../../support/bastion-machine.ts';
import { kafkaHosts, startKafka, type TestKafka } from '../../support/kafka.ts';
import { startMariadb, type TestMariadb } from '../../support/mariadb.ts';
import { createNetns, type Netns } from '../../support/netns.ts';
import { freePort } from '../../support/ports.ts';
import { password, startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { path as registryPath, startRegistry, type TestRegistry } from '../../support/registry.ts';
import { type Sallyport, startSallyport } from '../../support/sallyport.ts';
import { type Sshd, startSshd } from '../../support/sshd.ts';
import { createAuthority } from '../../support/tls.ts';

const opened = new CloseStack();
let netns: Netns;
let machine: BastionMachine;
let inner: Sshd;
let postgres: TestPostgres;
let mariadb: TestMariadb;
let kafka: TestKafka;
let registry: TestRegistry;
let server: Sallyport;

beforeAll(async () => {
  const names = { 'db.internal': '127.0.0.1', 'registry.internal': '127.0.0.1', 'inner.internal': '127.0.0.1' };
  netns = opened.use(createNetns({ hosts: { ...names, ...kafkaHosts(2) } }));
  machine = opened.use(await startBastionMachine(netns));
  inner = opened.use(await startSshd({ netns, address: '127.0.0.1', port: await freePort() }));
  postgres = opened.use(await startPostgres({ netns }));
  mariadb = opened.use(await startMariadb({ netns }));
  const authority = createAuthority('test');
  const issued = authority.issue({ commonName: 'registry', names: ['DNS:registry.internal'] });
  kafka = opened.use(await startKafka({ version: '4.3.1', brokers: 2, netns, authority }));
  registry = opened.use(await startRegistry({ netns, server: issued }));
  server = opened.use(await startSallyport({ args: ['--egress-address', netns.hostAddress] }));
}, 600_000);

afterAll(() => opened[Symbol.asyncDispose]());

async function ask(sql: string): Promise<readonly string[]> {
  const client = await server.client();
  try {
    const { rows } = await client.query<Readonly<Record<string, string>>>(sql);
    return rows.flatMap((row) => Object.values(row));
  } finally {
    await client.end();
  }
}

const setupOf = async (relation: string, name: string): Promise<string> =>
  (await ask(`SELECT setup FROM mz_internal.${relation} WHERE name = '${name}'`))[0] ?? '';

const keyLines = (text: string): readonly string[] => text.split('\n').filter((line) => line.startsWith('restrict,'));

const behind = ['pg', 'my', 'kafka', 'registry', 'inner_tunnel'];

async function validateAll(): Promise<void> {
  for (const name of ['bastion', ...behind]) await ask(`VALIDATE CONNECTION ${name}`);
}

async function declareAll(): Promise<void> {
  const through = 'SSH TUNNEL bastion) WITH (VALIDATE = false)';
  const statements = [
    `CREATE CONNECTION bastion TO SSH TUNNEL (HOST '${machine.host}', PORT ${machine.port}, USER 'sallyport-test')`,
    `CREATE SECRET password AS '${password}'`,
    `CREATE CONNECTION pg TO POSTGRES (HOST 'db.internal', PORT ${postgres.port}, DATABASE 'app', USER 'app', PASSWORD SECRET password, ${through}`,
    `CREATE CONNECTION my TO MYSQL (HOST 'db.internal', PORT ${mariadb.port}, USER 'app', PASSWORD SECRET password, ${through}`,
    `CREATE CONNECTION kafka TO KAFKA (BROKER '${kafka.inside(1, 'PLAIN')}', SECURITY PROTOCOL 'PLAINTEXT', ${through}`,
    `CREATE CONNECTION registry TO CONFLUENT SCHEMA REGISTRY (URL 'http://registry.internal:${registry.httpPort}${registryPath}', ${through}`,
    `CREATE CONNECTION inner_tunnel TO SSH TUNNEL (HOST 'inner.internal', PORT ${inner.port}, USER '${inner.user}', ${through}`,
  ];
  for (const statement of statements) await ask(statement);
  const innerKey = `SELECT public_key_1 FROM mz_ssh_tunnel_connections JOIN mz_connections USING (id) WHERE name = 'inner_tunnel'`;
  inner.install(...(await ask(innerKey)));
}

describe('the text for the administrator of a bastion, run as it is in a root shell', () => {
  test('names no target while a cluster was not asked for its brokers, says why, and lets everything through', async () => {
    await declareAll();
    const text = await setupOf('mz_ssh_tunnel_setup', 'bastion');
    expect(text).not.toContain('permitopen');
    expect(text).toContain('where "kafka" goes is not known, it was never validated');
    await machine.administer(text);
    await validateAll();
  });

  test('names the brokers that the validation found; run again it replaces its lines, and everything passes', async () => {
    const text = await setupOf('mz_ssh_tunnel_setup', 'bastion');
    const places = [
      `db.internal:${postgres.port}`,
      `db.internal:${mariadb.port}`,
      kafka.inside(1, 'PLAIN'),
      kafka.inside(2, 'PLAIN'),
      `registry.internal:${registry.httpPort}`,
      `inner.internal:${inner.port}`,
    ];
    const options = `restrict,port-forwarding,from="${netns.hostAddress}",${places.map((place) => `permitopen="${place}"`).join(',')}`;
    expect(keyLines(text).map((line) => line.split(' ')[0])).toEqual([options, options]);

    await machine.administer(text);
    expect(machine.read('/home/sallyport-test/.ssh/authorized_keys').trim().split('\n')).toEqual(keyLines(text));
    // Sessions that are open keep the rights that they began with.
    await server.restart();
    await validateAll();
  });

  test('lets nothing else through', async () => {
    const elsewhere = `CREATE CONNECTION other TO POSTGRES (HOST 'localhost', PORT ${postgres.port}, DATABASE 'app', USER 'app', SSH TUNNEL bastion)`;
    await expect(ask(elsewhere)).rejects.toMatchObject({
      code: '08004',
      message: expect.stringContaining(`localhost:${postgres.port}`),
    });
  });

  test('follows the catalog at each read, the own transaction included', async () => {
    const client = await server.client();
    const read = async (): Promise<string> => {
      const { rows } = await client.query<{ readonly setup: string }>(
        `SELECT setup FROM mz_internal.mz_ssh_tunnel_setup WHERE name = 'bastion'`,
      );
      return rows[0]?.setup ?? '';
    };
    await client.query('BEGIN');
    await client.query(
      `CREATE CONNECTION late TO MYSQL (HOST 'late.internal', USER 'u', SSH TUNNEL bastion) WITH (VALIDATE = false)`,
    );
    expect(await read()).toContain('permitopen="late.internal:3306"');
    await client.query('ROLLBACK');
    expect(await read()).not.toContain('late.internal');
    await client.query(`ALTER CONNECTION kafka SET (BROKER = 'another.internal:9092') WITH (VALIDATE = false)`);
    expect(await read()).toContain('where "kafka" goes is not known');
    await client.query('DROP CONNECTION kafka');
    expect(await read()).not.toContain('broker-');
    await client.query('ALTER CONNECTION bastion ROTATE KEYS');
    expect(keyLines(await read())).toHaveLength(2);
    await client.query('VALIDATE CONNECTION pg');
  });
});

describe('the text for the administrator of a database', () => {
  const fillIn = (text: string): readonly string[] =>
    text
      .replaceAll("'…'", `'${password}'`)
      .split('\n')
      .filter((line) => !line.startsWith('--'));

  test.each([
    [
      'PostgreSQL',
      'newcomer_pg',
      () =>
        `TO POSTGRES (HOST 'db.internal', PORT ${postgres.port}, DATABASE 'app', USER 'newcomer', PASSWORD SECRET password`,
      (line: string) => postgres.sql(line),
    ],
    [
      'MySQL',
      'newcomer_my',
      () => `TO MYSQL (HOST 'db.internal', PORT ${mariadb.port}, USER 'newcomer', PASSWORD SECRET password`,
      (line: string) => mariadb.sql(line),
    ],
  ])('makes a login of %s that passes the validation', async (_kind, name, written, run) => {
    await ask(`CREATE CONNECTION ${name} ${written()}, SSH TUNNEL bastion) WITH (VALIDATE = false)`);
    await expect(ask(`VALIDATE CONNECTION ${name}`)).rejects.toMatchObject({ code: '28P01' });
    for (const line of fillIn(await setupOf('mz_connection_setup', name))) run(line);
    await ask(`VALIDATE CONNECTION ${name}`);
  });
});
