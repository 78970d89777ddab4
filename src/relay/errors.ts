import { connectFailed, PgError, type Stage, type StageReport } from '../errors/index.ts';
import type { RelayRequest } from './contract.ts';

type Connection = RelayRequest['connection'];

/**
 * What a client is told that could not be relayed: the stage and its SQLSTATE as VALIDATE gives them, in our own words. What hosts and
 * servers are called and what they said is for those who may look after the connection.
 */
export function openFailed(error: PgError, reports: readonly StageReport[], connection: Connection): PgError {
  const stage = (error.stage ?? 'server') as Stage;
  const lines = reports.map((report) => `  ${report.stage}  ${report.status}  ${Math.round(report.durationMs)} ms`);
  return connectFailed({
    stage,
    code: error.condition,
    message: `connection "${connection.name}": ${said(stage, error, connection)}`,
    detail: lines.length === 0 ? undefined : `Stages:\n${lines.join('\n')}`,
    hint: `VALIDATE CONNECTION ${connection.name}; in a session of the catalog says more.`,
    cause: error,
  });
}

/** 08006: the way to the server broke while the relay ran. */
export function hopLost(error: unknown, connection: Connection): PgError {
  const stage = error instanceof PgError ? (error.stage as Stage | undefined) : undefined;
  const tunnelLost = stage !== undefined && stage.includes('.') && connection.tunnelName !== null;
  return new PgError(
    'connection_failure',
    tunnelLost
      ? `SSH tunnel "${connection.tunnelName}" of connection "${connection.name}" was lost`
      : `the server of connection "${connection.name}" closed the connection`,
    { severity: 'FATAL', hint: 'Connect again: the way is opened anew.', stage, cause: error },
  );
}

/** 53300. */
export const tooManyRelays = (message: string): PgError =>
  new PgError('too_many_connections', message, { severity: 'FATAL' });

/** 57P01. */
export const ended = (why: string, hint?: string): PgError =>
  new PgError('admin_shutdown', `terminating connection: ${why}`, { severity: 'FATAL', hint });

/** 08001. */
export const notOpenedInTime = (connection: Connection, timeoutMs: number): PgError =>
  new PgError(
    'sqlclient_unable_to_establish_sqlconnection',
    `connection "${connection.name}": the server did not let us in within ${timeoutMs / 1000} s`,
    { severity: 'FATAL', hint: `VALIDATE CONNECTION ${connection.name}; in a session of the catalog says more.` },
  );

/** 57P05. */
export const idleTooLong = (): PgError =>
  new PgError('idle_session_timeout', 'terminating connection due to idle-session timeout', { severity: 'FATAL' });

function said(stage: Stage, error: PgError, { tunnelName }: Connection): string {
  const bastion = `the bastion of SSH tunnel "${tunnelName ?? ''}"`;
  const words: { readonly [Word in Stage]: string } = {
    policy: 'its address is not one that may be dialled',
    'bastion.resolve': `could not find ${bastion}`,
    'bastion.connect': `could not connect to ${bastion}`,
    'bastion.handshake': `no SSH session with ${bastion}`,
    'bastion.host-key': `${bastion} presented an unexpected host key`,
    'bastion.authenticate': `${bastion} did not let us in`,
    'tunnel.session': `SSH tunnel "${tunnelName ?? ''}" was lost`,
    'tunnel.forward': `${bastion} did not connect us to the server`,
    resolve: 'could not find the server',
    connect: 'could not connect to the server',
    tls: 'no TLS session with the server',
    http: 'the server refused',
    login: 'the server refused the login',
    database: 'the server has no such database, or does not let its user into it',
    metadata: 'the server refused',
    server: 'the server refused the connection',
  };
  switch (error.code) {
    case '53300':
      return 'the server has no room for more connections';
    case '57P03':
      return 'the server is starting up or shutting down';
    case '57014':
      return `${words[stage]}: time ran out`;
    default:
      return words[stage];
  }
}
