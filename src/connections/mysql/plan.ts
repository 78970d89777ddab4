import type { PgNotice } from '../../errors/index.ts';
import type { Names } from '../kind.ts';
import type { PlannedOptions } from '../options.ts';
import { requiredHost, requiredTextOrSecret, sshTunnelOf } from '../rules.ts';
import { clientCertificateOf, type TlsMode, tlsNotices } from '../tls.ts';
import type { MysqlDetails } from './details.ts';

const modes: Readonly<Record<string, TlsMode>> = {
  DISABLED: 'disable',
  REQUIRED: 'require',
  VERIFY_CA: 'verify-ca',
  VERIFY_IDENTITY: 'verify-full',
};

/** Order of checks: certificate and key, SSL MODE, tunnel, HOST, USER. @throws PgError 42601, 22023, 42809 with position. */
export function plan(options: PlannedOptions, names: Names): MysqlDetails {
  const client = clientCertificateOf(options, 'invalid CONNECTION: both SSL KEY and SSL CERTIFICATE are required');
  const mode = modes[options.text('SSL MODE') ?? 'DISABLED'] ?? 'disable';
  const through = sshTunnelOf(options, names);
  const host = requiredHost(options);
  const user = requiredTextOrSecret(options, 'USER');
  return {
    host,
    port: options.integer('PORT') ?? 3306,
    user,
    passwordSecretId: options.secret('PASSWORD') ?? null,
    tls: { mode, certificateAuthority: options.textOrSecret('SSL CERTIFICATE AUTHORITY') ?? null, client },
    through,
  };
}

export const modeWord = (mode: TlsMode): string =>
  Object.entries(modes).find(([, value]) => value === mode)?.[0] ?? 'DISABLED';

export const notices = ({ tls }: MysqlDetails): readonly PgNotice[] =>
  tlsNotices(tls, { mode: modeWord(tls.mode), verifying: 'VERIFY_CA or VERIFY_IDENTITY' });
