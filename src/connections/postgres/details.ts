import type { TextOrSecret } from '../options.ts';
import type { TlsDetails } from '../tls.ts';

/** What a POSTGRES connection declares. */
export interface PostgresDetails {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: TextOrSecret;
  readonly passwordSecretId: string | null;
  readonly tls: TlsDetails;
  /** Item id of the tunnel. */
  readonly through: string | null;
}
