import type { TextOrSecret } from '../options.ts';
import type { TlsDetails } from '../tls.ts';

/** What a MYSQL connection declares; MySQL connections name no database. */
export interface MysqlDetails {
  readonly host: string;
  readonly port: number;
  readonly user: TextOrSecret;
  readonly passwordSecretId: string | null;
  readonly tls: TlsDetails;
  /** Item id of the tunnel. */
  readonly through: string | null;
}
