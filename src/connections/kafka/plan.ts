import { invalidValue, syntaxError } from '../../errors/index.ts';
import type { Names } from '../kind.ts';
import type { PlannedBroker, PlannedOptions } from '../options.ts';
import { requireSshTunnel, sshTunnelOf, toHost } from '../rules.ts';
import type { BrokerAddress, KafkaDetails } from './details.ts';
import { securityOf } from './security.ts';

const defaultPort = 9092;

/** Order of checks: security, brokers, default tunnel, replication factor. @throws PgError 42601, 22023, 42809 with position. */
export function plan(options: PlannedOptions, names: Names): KafkaDetails {
  const security = securityOf(options);
  const written = brokersOf(options).map((broker) => ({ broker, ...toAddress(broker) }));
  for (const { broker } of written) {
    if (broker.through !== null) requireSshTunnel(broker.through, names, broker.position1);
  }
  const defaultThrough = sshTunnelOf(options, names);
  return {
    ...security,
    brokers: written.map(({ broker, host, port }): BrokerAddress => {
      return { host, port, through: broker.through ?? defaultThrough };
    }),
    defaultThrough,
    progressTopic: options.text('PROGRESS TOPIC') ?? `_materialize-progress-${names.environmentId}-${names.ownId}`,
    progressTopicReplicationFactor: replicationFactorOf(options),
  };
}

function brokersOf(options: PlannedOptions): readonly PlannedBroker[] {
  const [one, several] = [options.brokers('BROKER'), options.brokers('BROKERS')];
  if (one !== undefined && several !== undefined) {
    throw syntaxError('invalid CONNECTION: can only set one of BROKER, BROKERS, or AWS PRIVATELINK', {
      position1: options.position1('BROKERS'),
      hint: "Write all brokers in BROKERS ('host:9092', …).",
    });
  }
  const brokers = one ?? several ?? [];
  if (brokers.length === 0) {
    throw syntaxError('invalid CONNECTION: must set one of BROKER, BROKERS, or AWS PRIVATELINK', {
      position1: options.position1('BROKER'),
      hint: "Add BROKER = 'host:9092'.",
    });
  }
  return brokers;
}

/** `host`, `host:port`, `[address]:port`. */
function toAddress({ address, position1 }: PlannedBroker): { readonly host: string; readonly port: number } {
  if (address.includes(',')) {
    throw invalidValue(
      "invalid CONNECTION: cannot specify multiple Kafka broker addresses in one string. Instead, give each a string of its own: BROKERS ('kafka1:9092', 'kafka2:9092')",
      { position1 },
    );
  }
  const scheme = /^[A-Za-z_]+:\/\//.exec(address)?.[0];
  if (scheme !== undefined) {
    throw invalidValue(`invalid BROKER: "${address}" begins with a protocol`, {
      position1,
      hint: `Write '${address.slice(scheme.length)}', and the protocol as SECURITY PROTOCOL.`,
    });
  }
  const match = /^(?<host>\[[^\]]*\]|[^:]*)(?::(?<port>.*))?$/.exec(address);
  const host = match?.groups?.['host'];
  if (host === undefined || host === '') {
    throw invalidValue('invalid BROKER: BROKER is not address:port', {
      position1,
      hint: "Write it as 'host:port', an IPv6 address as '[address]:port'.",
    });
  }
  return { host: toHost(host, 'invalid BROKER', position1), port: toPort(match?.groups?.['port'], position1) };
}

function toPort(text: string | undefined, position1: number | undefined): number {
  if (text === undefined) return defaultPort;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw invalidValue(`invalid BROKER: parsing BROKER port: "${text}" is not a port`, {
    position1,
    hint: 'A port is a whole number from 1 to 65535.',
  });
}

function replicationFactorOf(options: PlannedOptions): number | null {
  const factor = options.integer('PROGRESS TOPIC REPLICATION FACTOR');
  if (factor === undefined || factor > 0) return factor ?? null;
  throw invalidValue('invalid CONNECTION: PROGRESS TOPIC REPLICATION FACTOR must be greater than 0', {
    position1: options.valuePosition1('PROGRESS TOPIC REPLICATION FACTOR'),
  });
}
