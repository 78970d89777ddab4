import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Daemon, temporaryFolder } from './daemon.ts';
import { kafkaJars } from './java-cache.ts';
import type { Netns } from './netns.ts';
import type { Authority } from './tls.ts';

/** The listeners of every broker; the port is that inside the namespace, outside it is {@link TestKafka.outside}'s. */
export const listeners = { PLAIN: 9092, SASL: 9093, TLS: 9094, MTLS: 9095, SASLTLS: 9096 } as const;
export type Listener = keyof typeof listeners;

export interface KafkaOptions {
  readonly version: '3.9.2' | '4.3.1';
  readonly brokers: number;
  /** Must resolve broker-1.internal … to {@link brokerAddress}: see {@link kafkaHosts}. */
  readonly netns: Netns;
  readonly authority: Authority;
}

/**
 * A real Kafka cluster (KRaft) inside a namespace. Broker i calls itself broker-i.internal, a name that resolves inside only; a second set
 * of listeners on the namespace's own address, announced as that, can be reached from outside. Logins `alice` and `mallory` (PLAIN,
 * SCRAM-SHA-256, SCRAM-SHA-512); every password is {@link password}. Nobody without a login is refused anything.
 */
export interface TestKafka extends AsyncDisposable {
  /** `broker-1.internal:9092`. */
  inside(broker: number, listener: Listener): string;
  /** Host and port of the same listener as seen from outside. */
  outside(broker: number, listener: Listener): { readonly host: string; readonly port: number };
  /** Ends one broker at once; the first one is the controller. */
  killBroker(broker: number): Promise<void>;
  freezeBroker(broker: number): void;
}

export const password = 'correct horse battery staple';

export const brokerAddress = (broker: number): string => `127.0.1.${broker}`;

/** For createNetns. */
export const kafkaHosts = (brokers: number): Readonly<Record<string, string>> =>
  Object.fromEntries(Array.from({ length: brokers }, (_, index) => [hostOf(index + 1), brokerAddress(index + 1)]));

const hostOf = (broker: number): string => `broker-${broker}.internal`;
const outsidePort = (broker: number, listener: Listener): number => 19_000 + broker * 10 + (listeners[listener] - 9092);
const clusterId = 'sallyportTest000000000';
const controllerPort = 9098;
const amongBrokersPort = 9097;
const names = Object.keys(listeners) as Listener[];

export async function startKafka(options: KafkaOptions): Promise<TestKafka> {
  const folder = temporaryFolder('kafka');
  const java: readonly [string, ...string[]] = [
    'java',
    '-Xms64m',
    '-Xmx256m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-cp',
    `${kafkaJars(options.version)}/*`,
  ];
  writeCertificates(folder, options);
  const numbers = Array.from({ length: options.brokers }, (_, index) => index + 1);
  for (const broker of numbers) writeBroker(folder, broker, options);
  format(folder, java, numbers);
  const daemons = await Promise.all(
    numbers.map((broker) =>
      Daemon.start({
        command: [...java, 'kafka.Kafka', join(folder, `broker-${broker}`, 'server.properties')],
        netns: options.netns,
        ready: /Kafka Server started/,
        folder: join(folder, `broker-${broker}`),
      }),
    ),
  );
  return {
    inside: (broker, listener) => `${hostOf(broker)}:${listeners[listener]}`,
    outside: (broker, listener) => ({ host: options.netns.address, port: outsidePort(broker, listener) }),
    killBroker: async (broker) => daemons[broker - 1]?.kill(),
    freezeBroker: (broker) => daemons[broker - 1]?.signalAll('SIGSTOP'),
    [Symbol.asyncDispose]: async () => {
      for (const daemon of daemons) await daemon[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function writeCertificates(folder: string, { authority, brokers, netns }: KafkaOptions): void {
  const hosts = Array.from({ length: brokers }, (_, index) => `DNS:${hostOf(index + 1)}`);
  const server = authority.issue({ commonName: 'broker', names: [...hosts, `IP:${netns.address}`] });
  writeFileSync(join(folder, 'keystore.pem'), `${server.key}${server.certificate}`);
  writeFileSync(join(folder, 'ca.pem'), authority.certificate);
}

function writeBroker(folder: string, broker: number, options: KafkaOptions): void {
  const own = join(folder, `broker-${broker}`);
  mkdirSync(join(own, 'data'), { recursive: true });
  writeFileSync(join(own, 'server.properties'), properties(folder, broker, options));
  if (broker > 1) {
    // Only the controller needs to be formatted by Kafka's own tool.
    const meta = `version=1\ncluster.id=${clusterId}\nnode.id=${broker}\n`;
    writeFileSync(join(own, 'data', 'meta.properties'), meta);
  }
}

function properties(folder: string, broker: number, { netns }: KafkaOptions): string {
  const address = brokerAddress(broker);
  const protocols: Record<Listener, string> = {
    PLAIN: 'PLAINTEXT',
    SASL: 'SASL_PLAINTEXT',
    TLS: 'SSL',
    MTLS: 'SSL',
    SASLTLS: 'SASL_SSL',
  };
  const both = names.flatMap((name) => [
    {
      name,
      protocol: protocols[name],
      bind: `${address}:${listeners[name]}`,
      announce: `${hostOf(broker)}:${listeners[name]}`,
    },
    ...[`${netns.address}:${outsidePort(broker, name)}`].map((place) => {
      return { name: `OUT${name}`, protocol: protocols[name], bind: place, announce: place };
    }),
  ]);
  const among = {
    name: 'AMONG',
    protocol: 'PLAINTEXT',
    bind: `${address}:${amongBrokersPort}`,
    announce: `${address}:${amongBrokersPort}`,
  };
  const served = [...both, among];
  const controller = `CONTROLLER://${brokerAddress(1)}:${controllerPort}`;
  return [
    `process.roles=${broker === 1 ? 'broker,controller' : 'broker'}`,
    `node.id=${broker}`,
    `controller.quorum.voters=1@${brokerAddress(1)}:${controllerPort}`,
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=AMONG',
    `listeners=${[...served.map((one) => `${one.name}://${one.bind}`), ...(broker === 1 ? [controller] : [])].join(',')}`,
    `advertised.listeners=${served.map((one) => `${one.name}://${one.announce}`).join(',')}`,
    `listener.security.protocol.map=${[...served.map((one) => `${one.name}:${one.protocol}`), 'CONTROLLER:PLAINTEXT'].join(',')}`,
    `log.dirs=${join(folder, `broker-${broker}`, 'data')}`,
    'num.partitions=1',
    'auto.create.topics.enable=false',
    'offsets.topic.replication.factor=1',
    'num.network.threads=1',
    'num.io.threads=2',
    'log.cleaner.dedupe.buffer.size=4194304',
    // Long enough for a machine that is busy, and for what is to be seen before the cluster knows of a dead broker.
    'broker.session.timeout.ms=15000',
    'initial.broker.registration.timeout.ms=300000',
    'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'allow.everyone.if.no.acl.found=true',
    'super.users=User:ANONYMOUS',
    'ssl.keystore.type=PEM',
    `ssl.keystore.location=${join(folder, 'keystore.pem')}`,
    'ssl.truststore.type=PEM',
    `ssl.truststore.location=${join(folder, 'ca.pem')}`,
    ...['mtls', 'outmtls'].map((name) => `listener.name.${name}.ssl.client.auth=required`),
    ...['sasl', 'sasltls', 'outsasl', 'outsasltls'].flatMap(saslProperties),
    '',
  ].join('\n');
}

function saslProperties(listener: string): readonly string[] {
  const prefix = `listener.name.${listener}`;
  const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required user_alice="${password}" user_mallory="${password}";`;
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  return [
    `${prefix}.sasl.enabled.mechanisms=${listener.endsWith('tls') ? 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512' : 'PLAIN,SCRAM-SHA-256'}`,
    `${prefix}.plain.sasl.jaas.config=${plain}`,
    `${prefix}.scram-sha-256.sasl.jaas.config=${scram}`,
    ...(listener.endsWith('tls') ? [`${prefix}.scram-sha-512.sasl.jaas.config=${scram}`] : []),
  ];
}

function format(folder: string, java: readonly [string, ...string[]], brokers: readonly number[]): void {
  const [program, ...args] = java;
  const users = ['alice', 'mallory'].flatMap((name) =>
    ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
      '--add-scram',
      `${mechanism}=[name=${name},password=${password}]`,
    ]),
  );
  const config = join(folder, `broker-${brokers[0]}`, 'server.properties');
  execFileSync(program, [...args, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', config, ...users], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}
