import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { PgError } from '../../errors/index.ts';
import type { Log } from '../../telemetry/index.ts';
import type { Handler, Identity, ScramVerifier, StartupParameters } from '../handler.ts';
import type { WireLimits } from '../limits.ts';
import type { ClientStream } from '../session/client-stream.ts';
import { printable } from '../session/printable.ts';
import type { LoginThrottle } from './login-throttle.ts';
import { proveByScram } from './scram-login.ts';

export interface LoginContext {
  readonly handler: Handler;
  readonly limits: WireLimits;
  readonly throttle: LoginThrottle;
  readonly log: Log;
}

export interface LoggedIn {
  readonly identity: Identity;
  readonly superuser: boolean;
}

/**
 * Makes the client prove who it is, as the handler's verifier asks. Null when it left in the middle.
 * @throws PgError FATAL 28000, 28P01, 08P01, 53300
 */
export async function login(
  stream: ClientStream,
  startup: StartupParameters,
  context: LoginContext,
): Promise<LoggedIn | null> {
  const { peer } = stream;
  const { user } = startup;
  const verifier = await context.handler.verifier(startup, peer);
  switch (verifier.method) {
    case 'trust':
      break;
    case 'peer':
      if (peer.transport !== 'unix') throw refused(`peer authentication failed for user "${user}"`);
      break;
    case 'cert':
      if (peer.certificateName === undefined) throw refused('connection requires a valid client certificate');
      if (peer.certificateName !== user) throw refused(`certificate authentication failed for user "${user}"`);
      break;
    default:
      if (!(await provePassword(stream, user, verifier, context))) return null;
  }
  return { identity: { user, method: verifier.method, peer }, superuser: verifier.superuser ?? false };
}

/** False when the client left. @throws PgError FATAL 28P01 for a wrong password and for an unknown role alike. */
async function provePassword(
  stream: ClientStream,
  user: string,
  verifier: ScramVerifier,
  { limits, throttle, log }: LoginContext,
): Promise<boolean> {
  const { address } = stream.peer;
  const beforeAnswer = async (): Promise<void> => {
    const delayMs = throttle.delayMs(address, user);
    if (delayMs === null) throw tooManyFailures(user);
    if (delayMs > 0) await goneOrAfter(stream.socket, delayMs);
  };
  const proven = await proveByScram(stream, verifier, limits.loginMessageBytesMax, beforeAnswer);
  if (proven === null) return false;
  if (!proven) {
    throttle.failed(address, user);
    log.warn({ user: printable(user), address }, 'password refused');
    throw new PgError('invalid_password', `password authentication failed for user "${user}"`, { severity: 'FATAL' });
  }
  throttle.succeeded(address, user);
  return true;
}

/** Waits, no longer than the client is there. */
async function goneOrAfter(socket: Socket, delayMs: number): Promise<void> {
  const over = new AbortController();
  const gone = (): void => over.abort();
  socket.once('close', gone);
  await sleep(delayMs, undefined, { signal: over.signal }).catch(() => {});
  socket.off('close', gone);
}

function refused(message: string): PgError {
  return new PgError('invalid_authorization_specification', message, { severity: 'FATAL' });
}

function tooManyFailures(user: string): PgError {
  return new PgError('too_many_connections', `too many failed logins for user "${user}"`, {
    severity: 'FATAL',
    hint: 'Wait a minute before the next attempt.',
  });
}
