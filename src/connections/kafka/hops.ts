import type { Hop } from '../kind.ts';
import type { KafkaDetails } from './details.ts';

export const hops = (details: KafkaDetails): readonly Hop[] =>
  details.brokers.map((broker) => ({ ...broker, purpose: 'Kafka broker' }));
