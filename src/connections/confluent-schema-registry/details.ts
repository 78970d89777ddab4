import type { TextOrSecret } from '../options.ts';
import type { TlsDetails } from '../tls.ts';

/** What a CONFLUENT SCHEMA REGISTRY connection declares. */
export interface RegistryDetails {
  readonly host: string;
  readonly port: number;
  /** Without a slash at its end; '' for the root. */
  readonly path: string;
  /** `verify-full` for https, `disable` for http. */
  readonly tls: TlsDetails;
  /** HTTP basic authentication. */
  readonly user: TextOrSecret | null;
  readonly passwordSecretId: string | null;
  /** Item id of the tunnel. */
  readonly through: string | null;
}
