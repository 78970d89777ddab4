import { createRequire } from 'node:module';
import type { Duplex } from 'node:stream';
import type { SASLOptions } from 'kafkajs';

/**
 * What is used of kafkajs 2.2.4 (pinned) below its documented face: one broker on one connection of ours. Its clients choose brokers by
 * chance, fail as a whole over one leaderless partition, and take no IPv6 address to start from.
 */
export interface Broker {
  readonly connectionPool: { send(exchange: Exchange): Promise<unknown> };
  readonly lookupRequest: (apiKey: number, definition: unknown) => (fields: object) => Exchange;
  /** ApiVersions, then SASL. */
  connect(): Promise<void>;
}

interface Exchange {
  readonly request: unknown;
  readonly response: { readonly decode: unknown; readonly parse: unknown };
}

export interface Metadata {
  readonly brokers: readonly { readonly nodeId: number; readonly host: string; readonly port: number }[];
  readonly clusterId: string | null;
  readonly controllerId: number;
  readonly topicMetadata: readonly {
    readonly topic: string;
    readonly topicErrorCode: number;
    readonly isInternal?: boolean;
    readonly partitionMetadata: readonly { readonly partitionErrorCode: number; readonly partitionId: number }[];
  }[];
}

export interface BrokerOptions {
  readonly host: string;
  readonly port: number;
  readonly sasl: SASLOptions | undefined;
  readonly requestTimeoutMs: number;
  /** An open stream, encrypted if it is to be. */
  readonly stream: Duplex;
}

const require = createRequire(import.meta.url);

/** A broker over a stream that is open already. */
export function brokerOver(options: BrokerOptions): Broker {
  const { stream, requestTimeoutMs, ...rest } = options;
  const ConnectionPool = require('kafkajs/src/network/connectionPool') as new (options: object) => unknown;
  const BrokerClass = require('kafkajs/src/broker') as new (options: object) => Broker;
  return new BrokerClass({
    connectionPool: new ConnectionPool({
      ...rest,
      clientId: 'sallyport',
      requestTimeout: requestTimeoutMs,
      connectionTimeout: requestTimeoutMs,
      logger: silentLogger,
      socketFactory: ({ onConnect }: { readonly onConnect: () => void }) => {
        process.nextTick(onConnect);
        return stream;
      },
    }),
    logger: silentLogger,
    authenticationTimeout: requestTimeoutMs,
    allowAutoTopicCreation: false,
  });
}

/** Metadata of all topics, those with errors included: kafkajs throws over the first error of any topic. */
export async function readMetadata(broker: Broker): Promise<Metadata> {
  const { requests } = require('kafkajs/src/protocol/requests') as {
    readonly requests: { readonly Metadata: unknown };
  };
  const { Metadata: metadataKey } = require('kafkajs/src/protocol/requests/apiKeys') as { readonly Metadata: number };
  const exchange = broker.lookupRequest(metadataKey, requests.Metadata)({ topics: [], allowAutoTopicCreation: false });
  const { decode } = exchange.response;
  const answer = await broker.connectionPool.send({
    request: exchange.request,
    response: { decode, parse: (decoded: unknown) => decoded },
  });
  return answer as Metadata;
}

const silence = (): void => {};

/** Errors reach the user as errors, not as lines on a console. */
export const silentLogger = {
  info: silence,
  error: silence,
  warn: silence,
  debug: silence,
  setLogLevel: silence,
  namespace: (): unknown => silentLogger,
};
