import type { TextOrSecret } from '../options.ts';
import type { ServerDetails } from '../server-details.ts';

/** What a POSTGRES connection declares. */
export interface PostgresDetails extends ServerDetails {
  readonly database: string;
  readonly user: TextOrSecret;
}
