import { PgError } from '../../errors/index.ts';
import type { Handler, Identity, StartupParameters } from '../handler.ts';
import type { ClientStream } from '../session/client-stream.ts';

export interface LoginContext {
  readonly handler: Handler;
}

/**
 * Makes the client prove who it is, as the handler's verifier asks.
 * @throws PgError FATAL 28000, 28P01
 */
export async function login(
  stream: ClientStream,
  startup: StartupParameters,
  context: LoginContext,
): Promise<Identity> {
  const { peer } = stream;
  const verifier = await context.handler.verifier(startup, peer);
  const { user } = startup;
  switch (verifier.method) {
    case 'trust':
      break;
    case 'peer':
      if (peer.transport !== 'unix') throw refused(`peer authentication failed for user "${user}"`);
      break;
    case 'cert':
      if (peer.certificateName !== user) throw refused(`certificate authentication failed for user "${user}"`);
      break;
    case 'scram-sha-256':
      throw refused(`password authentication failed for user "${user}"`);
  }
  return { user, method: verifier.method, peer };
}

function refused(message: string): PgError {
  return new PgError('invalid_authorization_specification', message, { severity: 'FATAL' });
}
