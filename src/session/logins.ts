import { type RoleRow, type Snapshot, materializeRoleId } from '../catalog/index.ts';
import { PgError } from '../errors/index.ts';
import type { Peer, StartupParameters, Verifier } from '../wire/handler.ts';
import { doomedVerifier, scramVerifier } from '../wire/verifier.ts';

/** How clients prove who they are. */
export interface LoginRules {
  /** `trust` takes everyone at their word. The Unix-domain socket in the data directory trusts its owner as the first superuser in either. */
  readonly auth: 'trust' | 'scram';
  /** Lets clients of other machines come without TLS. */
  readonly allowPlaintext: boolean;
  /** 32 bytes that stay the same from start to start: what is invented for roles that do not exist is made of them. */
  readonly inventionKey: Uint8Array;
}

/**
 * Which proof a start-up must give. A role that does not exist, has no password or may not log in is asked for a password like any other:
 * nobody learns of roles by asking.
 * @throws PgError FATAL 28000 for a client of another machine without TLS
 */
export function proofFor(startup: StartupParameters, peer: Peer, snapshot: Snapshot, rules: LoginRules): Verifier {
  const role = snapshot.roleNamed(startup.user);
  const superuser = role?.superuser ?? false;
  if (peer.transport === 'unix' && role?.id === materializeRoleId) return { method: 'peer', superuser };
  if (rules.auth === 'trust') return { method: 'trust', superuser };
  if (peer.certificateName === startup.user) return { method: 'cert', superuser };
  if (!peer.encrypted && !rules.allowPlaintext && !isLocal(peer)) throw plaintextRefused(startup, peer);
  const stored = role?.passwordVerifier ?? null;
  const verifier = stored === null ? null : scramVerifier(stored);
  // Invented for every login: who is there must not be known by the time it takes.
  const invented = doomedVerifier(startup.user, rules.inventionKey);
  return { ...(verifier ?? invented), superuser };
}

/**
 * The role that proved itself. @throws PgError FATAL 28000 when it does not exist or may not log in; the owner of the data directory always may:
 * there is no other way back in.
 */
export function roleThatLogsIn(snapshot: Snapshot, user: string, method: Verifier['method']): RoleRow {
  const role = snapshot.roleNamed(user);
  if (role === undefined) throw refused(`role "${user}" does not exist`);
  if (!role.login && method !== 'peer') throw refused(`role "${role.name}" is not permitted to log in`);
  return role;
}

const isLocal = ({ transport, address }: Peer): boolean =>
  transport === 'unix' || address === '::1' || address.startsWith('127.');

function plaintextRefused(startup: StartupParameters, peer: Peer): PgError {
  return new PgError(
    'invalid_authorization_specification',
    `no plaintext connection for host "${peer.address}", user "${startup.user}", database "${startup.database}"`,
    { severity: 'FATAL', hint: 'Connect with sslmode=require or better.' },
  );
}

const refused = (message: string): PgError =>
  new PgError('invalid_authorization_specification', message, { severity: 'FATAL' });
