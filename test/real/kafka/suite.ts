import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  type Admin,
  Kafka,
  logLevel,
  ResourcePatternTypes,
} from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CloseStack } from '../../../src/close-stack.ts';
import { type Client, kindByType } from '../../../src/connections/index.ts';
import { failure, planned, type Run, run, stageContext, type Written } from '../../support/connection-run.ts';
import {
  kafkaHosts,
  type KafkaOptions,
  type Listener,
  password,
  startKafka,
  type TestKafka,
} from '../../support/kafka.ts';
import { createAuthority } from '../../support/tls.ts';
import { openWays, type Way, type Ways } from '../../support/ways.ts';

const kind = kindByType('kafka')!;
const authority = createAuthority('Test Authority');
const own = authority.issue({ commonName: 'client-app' });
const trusted = { 'SSL CERTIFICATE AUTHORITY': authority.certificate };
const alice = { 'SASL USERNAME': 'alice', 'SASL PASSWORD': { secret: password } };

const modes: readonly (readonly [Listener, string, Readonly<Record<string, Written>>])[] = [
  ['PLAIN', 'PLAINTEXT', { 'SECURITY PROTOCOL': 'PLAINTEXT' }],
  ['SASL', 'SASL_PLAINTEXT, PLAIN', { 'SECURITY PROTOCOL': 'SASL_PLAINTEXT', 'SASL MECHANISMS': 'PLAIN', ...alice }],
  [
    'SASL',
    'SASL_PLAINTEXT, SCRAM-SHA-256',
    { 'SECURITY PROTOCOL': 'SASL_PLAINTEXT', 'SASL MECHANISMS': 'SCRAM-SHA-256', ...alice },
  ],
  ['TLS', 'SSL', { ...trusted }],
  [
    'MTLS',
    'SSL with a client certificate',
    { ...trusted, 'SSL CERTIFICATE': own.certificate, 'SSL KEY': { secret: own.key } },
  ],
  ['SASLTLS', 'SASL_SSL, SCRAM-SHA-512', { ...trusted, 'SASL MECHANISMS': 'SCRAM-SHA-512', ...alice }],
];

/** The same for each version: a cluster of three brokers whose advertised names mean something behind the bastion only. */
export function kafkaSuite(version: KafkaOptions['version']): void {
  const opened = new CloseStack();
  let ways: Ways;
  let kafka: TestKafka;

  beforeAll(async () => {
    ways = opened.use(await openWays({ hosts: kafkaHosts(3) }));
    kafka = opened.use(await startKafka({ version, brokers: 3, netns: ways.netns, authority }));
    await createTopic(kafka);
  }, 600_000);

  afterAll(() => opened[Symbol.asyncDispose]());

  const seed = (way: Way, listener: Listener): Readonly<Record<string, Written>> => {
    const { host, port } = kafka.outside(1, listener);
    return { BROKERS: [way === 'direct' ? `${host}:${port}` : kafka.inside(1, listener)], ...ways.tunnel(way) };
  };
  const validate = (written: Readonly<Record<string, Written>>): Promise<Run> =>
    run(kind, planned(kind, written), { dial: ways.dial });

  describe.each<Way>(['direct', 'tunnel', 'jump'])('%s', (way) => {
    test.each(modes)('%s: %s', async (listener, _name, written) => {
      const result = await validate({ ...seed(way, listener), ...written });
      expect(result.error).toBeUndefined();
      expect(result.facts).toMatchObject({ cluster: expect.any(String), topics: '1' });
      const place = (broker: number): string => {
        const { host, port } = kafka.outside(broker, listener);
        return way === 'direct' ? `${host}:${port}` : kafka.inside(broker, listener);
      };
      for (const broker of [1, 2, 3]) expect(result.facts[`broker ${broker}`]).toBe(place(broker));
      const logins = result.reports.filter(({ stage, status }) => stage === 'login' && status === 'ok');
      expect(logins.map(({ target }) => target).toSorted()).toEqual([1, 2, 3].map(place).toSorted());
    });
  });

  test('each broker may have a tunnel of its own', async () => {
    const through = ['tunnel', 'jump', 'tunnel'];
    const brokers = through.map((tunnel, index) => ({ address: kafka.inside(index + 1, 'PLAIN'), tunnel }));
    const result = await validate({ BROKERS: brokers, 'SECURITY PROTOCOL': 'PLAINTEXT' });
    expect(result.error).toBeUndefined();
    const forwards = result.reports.filter(({ stage }) => stage === 'tunnel.forward');
    expect(forwards.map(({ target }) => target.split(' ')[0])).toEqual(
      expect.arrayContaining([1, 2, 3].map((broker) => kafka.inside(broker, 'PLAIN'))),
    );
  });

  test('a login gives a client that reaches every broker by its announced name', async () => {
    const [, , written] = modes[5] ?? [];
    const details = planned(kind, { ...seed('tunnel', 'SASLTLS'), ...written });
    const client = (await kind.login?.(details, stageContext({ dial: ways.dial }))) as Client;
    const administrator = (client.native as Kafka).admin();
    await administrator.connect();
    expect(await administrator.fetchTopicOffsets('orders')).toHaveLength(3);
    await administrator.disconnect();
    await client[Symbol.asyncDispose]();
  });

  describe('failure', () => {
    test('a wrong password', async () => {
      const written = {
        ...trusted,
        'SASL MECHANISMS': 'SCRAM-SHA-512',
        ...alice,
        'SASL PASSWORD': { secret: 'wrong' },
      };
      expect(failure(await validate({ ...seed('tunnel', 'SASLTLS'), ...written }))).toMatchObject({
        code: '28P01',
        stage: 'login',
        message: expect.stringContaining('does not accept user "alice"'),
        hint: expect.stringContaining('ALTER SECRET'),
        lastReport: 'failed',
      });
    });

    test('a mechanism that the listener does not offer', async () => {
      const written = { 'SECURITY PROTOCOL': 'SASL_PLAINTEXT', 'SASL MECHANISMS': 'SCRAM-SHA-512', ...alice };
      expect(failure(await validate({ ...seed('tunnel', 'SASL'), ...written }))).toMatchObject({
        code: '28000',
        stage: 'login',
        message: expect.stringContaining('does not offer the mechanism SCRAM-SHA-512'),
        hint: expect.stringContaining('sasl.enabled.mechanisms'),
      });
    });

    test('a login where none is asked for', async () => {
      const written = { 'SECURITY PROTOCOL': 'SASL_PLAINTEXT', 'SASL MECHANISMS': 'PLAIN', ...alice };
      expect(failure(await validate({ ...seed('tunnel', 'PLAIN'), ...written }))).toMatchObject({
        code: '28000',
        stage: 'login',
        hint: expect.stringContaining('PLAINTEXT'),
      });
    });

    test('no login where one is asked for', async () => {
      expect(failure(await validate({ ...seed('tunnel', 'SASL'), 'SECURITY PROTOCOL': 'PLAINTEXT' }))).toMatchObject({
        stage: 'login',
        code: '08006',
        hint: expect.stringContaining('SASL'),
      });
    });

    test('plaintext to a TLS port', async () => {
      expect(failure(await validate({ ...seed('tunnel', 'TLS'), 'SECURITY PROTOCOL': 'PLAINTEXT' }))).toMatchObject({
        stage: 'login',
        code: '08006',
        hint: expect.stringContaining('SECURITY PROTOCOL'),
      });
    });

    test('TLS to a plaintext port', async () => {
      expect(failure(await validate({ ...seed('tunnel', 'PLAIN'), ...trusted }))).toMatchObject({
        stage: 'tls',
        code: '08001',
        hint: expect.any(String),
      });
    });

    test('a certificate of an unknown authority', async () => {
      const written = { 'SSL CERTIFICATE AUTHORITY': createAuthority('Other').certificate };
      expect(failure(await validate({ ...seed('tunnel', 'TLS'), ...written }))).toMatchObject({
        stage: 'tls',
        code: '08001',
        hint: expect.stringContaining('SSL CERTIFICATE AUTHORITY'),
      });
    });

    test('a certificate for other names', async () => {
      const written = { BROKERS: ['127.0.1.1:9094'], ...ways.tunnel('tunnel'), ...trusted };
      expect(failure(await validate(written))).toMatchObject({
        stage: 'tls',
        code: '08001',
        message: expect.stringContaining('is for other names'),
      });
    });

    test('no client certificate', async () => {
      expect(failure(await validate({ ...seed('tunnel', 'MTLS'), ...trusted }))).toMatchObject({
        stage: 'tls',
        code: '08001',
        hint: expect.stringContaining('SSL CERTIFICATE and SSL KEY'),
      });
    });

    test('announced names that mean nothing here: named, with what to change', async () => {
      // Straight to a listener that announces a name of the private network.
      const forward = await forwardTo(ways, 'broker-1.internal', 9092);
      const result = await validate({ BROKERS: [`127.0.0.1:${forward.port}`], 'SECURITY PROTOCOL': 'PLAINTEXT' });
      forward.close();
      expect(failure(result)).toMatchObject({
        stage: 'resolve',
        code: '08001',
        message: expect.stringMatching(/broker \d announces itself as broker-\d\.internal:9092/),
        hint: expect.stringMatching(/advertised\.listeners of broker \d .* SSH TUNNEL/),
      });
    });

    test('a seed that is down while another is up is a warning', async () => {
      const result = await validate({
        BROKERS: ['broker-1.internal:1', kafka.inside(2, 'PLAIN')],
        'SECURITY PROTOCOL': 'PLAINTEXT',
        ...ways.tunnel('tunnel'),
      });
      expect(result.error).toBeUndefined();
      expect(result.notices).toMatchObject([
        { severity: 'WARNING', message: expect.stringContaining('broker-1.internal:1') },
      ]);
    });

    test('a user who may read nothing is let in, and told what is missing', async () => {
      await allowOnly(kafka, 'alice');
      const written = {
        ...seed('tunnel', 'SASL'),
        'SECURITY PROTOCOL': 'SASL_PLAINTEXT',
        'SASL MECHANISMS': 'SCRAM-SHA-256',
        ...alice,
      };
      const mallory = { ...written, 'SASL USERNAME': 'mallory' };
      await expect.poll(async () => (await validate(mallory)).facts['topics']).toBe('0');
      expect((await validate(mallory)).notices).toMatchObject([
        {
          severity: 'NOTICE',
          message: 'the user sees no topics',
          hint: expect.stringContaining('kafka-acls.sh --add --allow-principal'),
        },
      ]);
      expect((await validate(written)).facts['topics']).toBe('1');
    });

    test('nobody at the only seed', async () => {
      const written = { BROKERS: ['broker-1.internal:1'], 'SECURITY PROTOCOL': 'PLAINTEXT', ...ways.tunnel('tunnel') };
      expect(failure(await validate(written))).toMatchObject({ stage: 'tunnel.forward', code: '08004' });
    });
  });

  // The last tests: from here on the third broker is gone.
  test('a dead broker that the cluster still announces is named', async () => {
    await kafka.killBroker(3);
    const result = await validate({ ...seed('tunnel', 'PLAIN'), 'SECURITY PROTOCOL': 'PLAINTEXT' });
    expect(failure(result)).toMatchObject({
      stage: 'tunnel.forward',
      code: '08004',
      message: expect.stringContaining('broker 3 announces itself as broker-3.internal:9092'),
      hint: expect.stringContaining('advertised.listeners of broker 3'),
      lastReport: expect.any(String),
    });
  });

  test('partitions without a leader are a warning once the cluster knows', async () => {
    const written = { ...seed('tunnel', 'PLAIN'), 'SECURITY PROTOCOL': 'PLAINTEXT' };
    const told = async (): Promise<unknown> => {
      const { error, notices } = await validate(written);
      return error ?? notices;
    };
    // Until then the dead broker is announced, and looked for.
    await expect
      .poll(told, { interval: 500 })
      .toMatchObject([{ severity: 'WARNING', message: expect.stringContaining('orders') }]);
  });
}

/** Straight to the cluster's open listener, as its administrator. */
function admin(kafka: TestKafka): Admin {
  const { host, port } = kafka.outside(1, 'PLAIN');
  return new Kafka({ brokers: [`${host}:${port}`], logLevel: logLevel.NOTHING, retry: { retries: 8 } }).admin();
}

/** One topic with a partition on each broker, without copies. */
async function createTopic(kafka: TestKafka): Promise<void> {
  const administrator = admin(kafka);
  await administrator.connect();
  const replicaAssignment = [1, 2, 3].map((broker, partition) => ({ partition, replicas: [broker] }));
  await administrator.createTopics({ topics: [{ topic: 'orders', replicaAssignment }], waitForLeaders: true });
  await administrator.disconnect();
}

/** From now on the topic is for this user, and for those who may do everything. */
async function allowOnly(kafka: TestKafka, user: string): Promise<void> {
  const administrator = admin(kafka);
  await administrator.connect();
  const whose = { principal: `User:${user}`, host: '*', permissionType: AclPermissionTypes.ALLOW };
  const what = { operation: AclOperationTypes.ALL, resourceName: 'orders', resourceType: AclResourceTypes.TOPIC };
  const acl = [{ ...whose, ...what, resourcePatternType: ResourcePatternTypes.LITERAL }];
  await administrator.createAcls({ acl });
  await administrator.disconnect();
}

/** A port out here that leads to one inside, as a port-forward that somebody left running. */
async function forwardTo(ways: Ways, host: string, port: number): Promise<{ readonly port: number; close(): void }> {
  const { createServer } = await import('node:net');
  const server = createServer((socket) => {
    const far = ways.dial({ host, port, through: 'tunnel' }, { signal: AbortSignal.timeout(60_000) });
    socket.pipe(far).pipe(socket);
    socket.on('error', () => far.destroy());
    far.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as { readonly port: number };
  return { port: address.port, close: () => server.close() };
}
