import type { Duplex } from 'node:stream';
import type { SASLOptions } from 'kafkajs';
import type { SecretReader } from '../kind.ts';
import { lazy } from '../lazy.ts';
import { hostPort } from '../rules.ts';
import { startTls } from '../tls-handshake.ts';
import type { Trace } from '../trace.ts';
import { textOf } from '../values.ts';
import type { BrokerAddress, KafkaDetails } from './details.ts';
import { forKafkajs } from './frames.ts';
import type { Broker } from './internals.ts';
import { explainLogin } from './login-errors.ts';

/** What loads kafkajs. */
export const internals = lazy(() => import('./internals.ts'));

const loginDeadlineMs = 10_000;
/** The deadlines of the steps come first. */
const requestTimeoutMs = 30_000;

/** A broker that is logged in. */
export interface OpenBroker {
  readonly address: BrokerAddress;
  readonly broker: Broker;
  close(): void;
}

/** The way to one broker: dial, TLS (checked against the name it is dialled by), login. On failure nothing stays open. */
export async function openBroker(trace: Trace, details: KafkaDetails, address: BrokerAddress): Promise<OpenBroker> {
  const socket = await trace.dial(address);
  const close = (): void => {
    socket.destroy();
  };
  try {
    const encrypted = details.tls.mode !== 'disable';
    const peer = { ...address, uncheckedMode: '' };
    const stream = encrypted ? await startTls(trace, socket, details.tls, peer) : socket;
    return { address, broker: await logIn(trace, details, address, stream), close };
  } catch (error) {
    close();
    throw error;
  }
}

async function logIn(trace: Trace, details: KafkaDetails, address: BrokerAddress, stream: Duplex): Promise<Broker> {
  const target = hostPort(address.host, address.port);
  const { brokerOver } = await internals();
  return await trace.step(
    { stage: 'login', target, deadlineMs: loginDeadlineMs, explain: (cause) => explainLogin(cause, target, details) },
    async () => {
      const broker = brokerOver({
        host: address.host,
        port: address.port,
        sasl: saslOf(details, trace.context.secrets),
        requestTimeoutMs,
        stream: forKafkajs(stream),
      });
      await broker.connect();
      return broker;
    },
    () => (details.sasl === null ? 'none asked for' : details.sasl.mechanism),
  );
}

/** The login as kafkajs takes it, with secrets opened for this one use. */
export function saslOf({ sasl }: KafkaDetails, secrets: SecretReader): SASLOptions | undefined {
  if (sasl === null) return undefined;
  const mechanism = sasl.mechanism.toLowerCase() as 'plain' | 'scram-sha-256' | 'scram-sha-512';
  const username = textOf(sasl.username, secrets);
  const password = secrets.text(sasl.passwordSecretId).use((text) => text);
  return { mechanism, username, password };
}
