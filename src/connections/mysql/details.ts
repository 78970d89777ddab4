import type { TextOrSecret } from '../options.ts';
import type { ServerDetails } from '../server-details.ts';

/** What a MYSQL connection declares; MySQL connections name no database. */
export interface MysqlDetails extends ServerDetails {
  readonly user: TextOrSecret;
}
