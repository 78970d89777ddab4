import type { PgError } from './pg-error.ts';
import type { SqlStateName } from './sql-state.ts';

/**
 * The steps on the way to a server behind a bastion, in the order they are passed. A failed step decides the SQLSTATE.
 * `bastion.*` speak of an SSH bastion, `tunnel.forward` of a channel through it, the others of the server that is wanted.
 */
export const stageStates = {
  policy: 'insufficient_privilege',
  'bastion.resolve': 'sqlclient_unable_to_establish_sqlconnection',
  'bastion.connect': 'sqlclient_unable_to_establish_sqlconnection',
  'bastion.handshake': 'sqlclient_unable_to_establish_sqlconnection',
  'bastion.host-key': 'sqlclient_unable_to_establish_sqlconnection',
  'bastion.authenticate': 'invalid_authorization_specification',
  'tunnel.session': 'connection_failure',
  'tunnel.forward': 'sqlserver_rejected_establishment_of_sqlconnection',
  resolve: 'sqlclient_unable_to_establish_sqlconnection',
  connect: 'sqlclient_unable_to_establish_sqlconnection',
  tls: 'sqlclient_unable_to_establish_sqlconnection',
  http: 'sqlserver_rejected_establishment_of_sqlconnection',
  login: 'invalid_password',
  database: 'invalid_catalog_name',
  metadata: 'sqlserver_rejected_establishment_of_sqlconnection',
  server: 'sqlserver_rejected_establishment_of_sqlconnection',
} as const satisfies Record<string, SqlStateName>;

export type Stage = keyof typeof stageStates;

/** One passed or failed step. `target` names the hop as a user would: `bastion "h:22"`, `db.internal:5432`. */
export interface StageReport {
  readonly stage: Stage;
  readonly target: string;
  readonly status: 'ok' | 'failed' | 'reused';
  readonly durationMs: number;
  /** What was learnt: the address, the key that won, the TLS version … never a secret. */
  readonly detail?: string | undefined;
  /** Addresses that the step revealed and that the way goes on to: the brokers of a cluster, `host:port`. */
  readonly announced?: readonly string[] | undefined;
  readonly error?: PgError | undefined;
}
