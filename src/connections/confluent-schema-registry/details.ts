import type { ServerDetails } from '../server-details.ts';

/** What a CONFLUENT SCHEMA REGISTRY connection declares. TLS is `verify-full` for https, `disable` for http; the user logs in by HTTP basic. */
export interface RegistryDetails extends ServerDetails {
  /** Without a slash at its end; '' for the root. */
  readonly path: string;
}
