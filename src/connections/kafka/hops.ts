import type { Hop } from '../kind.ts';
import { idOf, protectionOf, tlsSecretsOf } from '../tls.ts';
import type { KafkaDetails } from './details.ts';

/** The listed brokers; those that only the metadata reveals are found by a validation. */
export const hops = ({ brokers, sasl, tls }: KafkaDetails): readonly Hop[] =>
  brokers.map((broker) => ({
    ...broker,
    purpose: 'Kafka broker',
    user: sasl?.username ?? null,
    protection: protectionOf(tls),
    secrets: [...(sasl === null ? [] : [...idOf(sasl.username), sasl.passwordSecretId]), ...tlsSecretsOf(tls)],
  }));
