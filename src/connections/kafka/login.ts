import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import type { Client, StageContext } from '../kind.ts';
import { hostPort } from '../rules.ts';
import { tlsConnectOptions } from '../tls-handshake.ts';
import type { KafkaDetails } from './details.ts';
import { forKafkajs } from './frames.ts';
import { saslOf } from './session.ts';

const connectionTimeoutMs = 15_000;
const requestTimeoutMs = 30_000;

/** A `Kafka` of kafkajs whose every connection, to listed and to announced brokers, is dialled here. */
export async function login(details: KafkaDetails, context: StageContext): Promise<Client> {
  const { Kafka, logLevel } = await import('kafkajs');
  const sockets = new Set<Duplex>();
  const sasl = saslOf(details, context.secrets);
  const kafka = new Kafka({
    clientId: 'sallyport',
    brokers: details.brokers.map(({ host, port }) => hostPort(host, port)),
    connectionTimeout: connectionTimeoutMs,
    requestTimeout: requestTimeoutMs,
    logLevel: logLevel.NOTHING,
    ssl: details.tls.mode !== 'disable',
    ...(sasl === undefined ? {} : { sasl }),
    socketFactory: ({ host, port, onConnect }) => {
      const stream = openStream(details, context, host, port, onConnect);
      sockets.add(stream);
      stream.once('close', () => sockets.delete(stream));
      return stream as ReturnType<NonNullable<ConstructorParameters<typeof Kafka>[0]['socketFactory']>>;
    },
  });
  return {
    native: kafka,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy(new Error('the connection was closed'));
    },
  };
}

function openStream(
  details: KafkaDetails,
  context: StageContext,
  host: string,
  port: number,
  onConnect: () => void,
): Duplex {
  const listed = details.brokers.find((address) => address.host === host && address.port === port);
  const through = listed?.through ?? details.defaultThrough;
  const socket = context.dial({ host, port, through }, { signal: context.signal });
  if (details.tls.mode === 'disable') {
    socket.once('connect', onConnect);
    return forKafkajs(socket);
  }
  const secure = tls.connect({ ...tlsConnectOptions(details.tls, host, context.secrets), socket }, onConnect);
  socket.once('error', (error) => secure.destroy(error));
  return forKafkajs(secure);
}
