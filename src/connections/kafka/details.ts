import type { TextOrSecret } from '../options.ts';
import type { TlsDetails } from '../tls.ts';

export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
  /** Item id of the tunnel it is dialled through: its own, else the connection's. */
  readonly through: string | null;
}

/** What a KAFKA connection declares. */
export interface KafkaDetails {
  /** Where to start; the other brokers are found by asking. */
  readonly brokers: readonly BrokerAddress[];
  /** Item id of the tunnel for brokers that are not listed. */
  readonly defaultThrough: string | null;
  /** `verify-full` under SSL and SASL_SSL, else `disable`. */
  readonly tls: TlsDetails;
  readonly sasl: {
    readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
    readonly username: TextOrSecret;
    readonly passwordSecretId: string;
  } | null;
  readonly progressTopic: string;
  /** null: the brokers' own default. */
  readonly progressTopicReplicationFactor: number | null;
}
