import type { PgNotice } from '../../errors/index.ts';
import type { Names } from '../kind.ts';
import type { PlannedOptions } from '../options.ts';
import { requiredHost, requiredText, requiredTextOrSecret, sshTunnelOf } from '../rules.ts';
import { clientCertificateOf, type TlsMode, tlsNotices } from '../tls.ts';
import type { PostgresDetails } from './details.ts';

/** Order of checks: certificate and key, SSL MODE, tunnel, DATABASE, HOST, USER. @throws PgError 42601, 22023, 42809 with position. */
export function plan(options: PlannedOptions, names: Names): PostgresDetails {
  const client = clientCertificateOf(options, 'invalid CONNECTION: both SSL KEY and SSL CERTIFICATE are required');
  const mode = options.text('SSL MODE') as TlsMode;
  const through = sshTunnelOf(options, names);
  const database = requiredText(options, 'DATABASE');
  const host = requiredHost(options);
  const user = requiredTextOrSecret(options, 'USER');
  return {
    host,
    port: options.integer('PORT') ?? 5432,
    database,
    user,
    passwordSecretId: options.secret('PASSWORD') ?? null,
    tls: { mode, certificateAuthority: options.textOrSecret('SSL CERTIFICATE AUTHORITY') ?? null, client },
    through,
  };
}

export const notices = ({ tls }: PostgresDetails): readonly PgNotice[] =>
  tlsNotices(tls, { mode: tls.mode, verifying: 'verify-ca or verify-full' });
