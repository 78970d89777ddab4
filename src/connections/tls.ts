import { type PgNotice, syntaxError, notice } from '../errors/index.ts';
import type { PlannedOptions, TextOrSecret } from './options.ts';

/** How a kind speaks TLS: `require` encrypts and checks nothing, `verify-ca` checks the chain, `verify-full` the host name too. */
export type TlsMode = 'disable' | 'require' | 'verify-ca' | 'verify-full';

export interface TlsDetails {
  readonly mode: TlsMode;
  /** PEM; null: the authorities that Node.js trusts. */
  readonly certificateAuthority: TextOrSecret | null;
  /** Both or neither: the certificate (PEM) and the item id of its key's secret. */
  readonly client: { readonly certificate: TextOrSecret; readonly keySecretId: string } | null;
}

/** @throws PgError 42601 when only one of SSL CERTIFICATE and SSL KEY is given. */
export function clientCertificateOf(options: PlannedOptions, message: string): TlsDetails['client'] {
  const certificate = options.textOrSecret('SSL CERTIFICATE');
  const keySecretId = options.secret('SSL KEY');
  if (certificate === undefined && keySecretId === undefined) return null;
  if (certificate !== undefined && keySecretId !== undefined) return { certificate, keySecretId };
  const [given, other] = certificate === undefined ? ['SSL KEY', 'SSL CERTIFICATE'] : ['SSL CERTIFICATE', 'SSL KEY'];
  throw syntaxError(message, {
    position1: options.position1(given),
    hint: `Add ${other} = ${other === 'SSL KEY' ? 'SECRET name' : "'-----BEGIN CERTIFICATE-----…' or SECRET name"}.`,
  });
}

/** Options that a weak SSL MODE leaves without effect. `words` are the kind's own names of its modes. */
export function tlsNotices(
  tls: TlsDetails,
  words: { readonly mode: string; readonly verifying: string },
): readonly PgNotice[] {
  const unused = [
    ...(tls.client !== null && tls.mode === 'disable' ? ['SSL CERTIFICATE'] : []),
    ...(tls.certificateAuthority !== null && (tls.mode === 'disable' || tls.mode === 'require')
      ? ['SSL CERTIFICATE AUTHORITY']
      : []),
  ];
  return unused.map((name) =>
    notice('warning', `${name} has no effect under SSL MODE ${words.mode}`, {
      severity: 'WARNING',
      hint:
        tls.mode === 'disable'
          ? 'The connection is not encrypted. Set another SSL MODE.'
          : `The server's certificate is not checked. Set SSL MODE ${words.verifying}.`,
    }),
  );
}

/** The mode in words, as EXPLAIN shows it. */
export const protectionOf = ({ mode, client }: TlsDetails): string =>
  `${protections[mode]}${client === null || mode === 'disable' ? '' : ', client certificate sent'}`;

const protections: Readonly<Record<TlsMode, string>> = {
  disable: 'none',
  require: 'TLS, certificate not checked',
  'verify-ca': 'TLS, certificate checked',
  'verify-full': 'TLS, certificate and host name checked',
};

/** Item ids of the secrets that TLS opens. */
export const tlsSecretsOf = ({ certificateAuthority, client }: TlsDetails): readonly string[] => [
  ...idOf(certificateAuthority),
  ...(client === null ? [] : [...idOf(client.certificate), client.keySecretId]),
];

/** The secret's id, if the value is one. */
export const idOf = (value: TextOrSecret | null): readonly string[] =>
  value !== null && 'secretId' in value ? [value.secretId] : [];
