import type { ConnectionKind } from '../kind.ts';
import { hostPort } from '../rules.ts';
import type { KafkaDetails } from './details.ts';
import { hops } from './hops.ts';
import { login } from './login.ts';
import { options } from './options.ts';
import { plan } from './plan.ts';
import { setup } from './setup.ts';
import { stages } from './stages.ts';
import { targetsThrough } from './targets.ts';

export type { KafkaDetails } from './details.ts';

/** CREATE CONNECTION … TO KAFKA. */
export const kafka: ConnectionKind<KafkaDetails> = {
  type: 'kafka',
  words: ['KAFKA'],
  options,
  validatesByDefault: true,
  adviceForForeignOptions: {
    HOST: "Kafka takes BROKER = 'host:port'.",
    PORT: "Kafka takes BROKER = 'host:port'.",
    USER: 'Kafka takes SASL USERNAME.',
    PASSWORD: 'Kafka takes SASL PASSWORD.',
    'SSL MODE': 'Kafka takes SECURITY PROTOCOL: SSL, SASL_SSL, PLAINTEXT or SASL_PLAINTEXT.',
    URL: "Kafka takes BROKER = 'host:port'.",
  },
  plan,
  facts: (details) => ({
    brokers: details.brokers.map(({ host, port }) => hostPort(host, port)),
    progressTopic: details.progressTopic,
  }),
  hops,
  targetsThrough,
  setup,
  stages,
  login,
};
