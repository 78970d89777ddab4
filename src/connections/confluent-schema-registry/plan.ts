import { invalidValue, notice, type PgNotice, syntaxError } from '../../errors/index.ts';
import type { Names } from '../kind.ts';
import type { PlannedOptions } from '../options.ts';
import { sshTunnelOf, toHost } from '../rules.ts';
import { clientCertificateOf } from '../tls.ts';
import type { RegistryDetails } from './details.ts';

/** Order of checks: URL, certificate and key, tunnel. @throws PgError 42601, 22023, 42809 with position. */
export function plan(options: PlannedOptions, names: Names): RegistryDetails {
  const url = urlOf(options);
  const client = clientCertificateOf(
    options,
    'invalid CONNECTION: reading from SSL-auth Confluent Schema Registry requires both SSL KEY and SSL CERTIFICATE',
  );
  const through = sshTunnelOf(options, names);
  const encrypted = url.protocol === 'https:';
  return {
    host: toHost(url.hostname, 'parsing schema registry url', options.valuePosition1('URL')),
    port: url.port === '' ? (encrypted ? 443 : 80) : Number(url.port),
    path: url.pathname.replace(/\/+$/, ''),
    tls: {
      mode: encrypted ? 'verify-full' : 'disable',
      certificateAuthority: options.textOrSecret('SSL CERTIFICATE AUTHORITY') ?? null,
      client,
    },
    user: options.textOrSecret('USER') ?? null,
    passwordSecretId: options.secret('PASSWORD') ?? null,
    through,
  };
}

function urlOf(options: PlannedOptions): URL {
  const position1 = options.valuePosition1('URL');
  const written = options.text('URL');
  if (written === undefined) throw syntaxError('invalid CONNECTION: must specify URL', { position1 });
  const refuse = (message: string, hint: string): never => {
    throw invalidValue(message, { position1, hint });
  };
  const example = "Write it as URL = 'https://registry.internal:8081'.";
  const url = URL.canParse(written)
    ? new URL(written)
    : refuse('parsing schema registry url: not an absolute URL', example);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    refuse(`parsing schema registry url: "${url.protocol}" is neither http: nor https:`, example);
  }
  if (url.hostname === '') refuse('invalid CONNECTION: URL must specify domain name', example);
  if (url.username !== '' || url.password !== '') {
    refuse(
      'invalid CONNECTION: URL must not hold a user name or a password',
      'Write USERNAME and PASSWORD = SECRET name.',
    );
  }
  if (url.search !== '' || url.hash !== '') {
    refuse('invalid CONNECTION: URL must not hold a query or a fragment', 'Leave out what follows ? or #.');
  }
  return url;
}

export function notices(details: RegistryDetails): readonly PgNotice[] {
  const { tls, user, passwordSecretId } = details;
  const warn = (message: string, hint: string): PgNotice => notice('warning', message, { severity: 'WARNING', hint });
  return [
    ...(passwordSecretId !== null && user === null
      ? [warn('PASSWORD has no effect without USERNAME', 'Set USERNAME, or leave PASSWORD out.')]
      : []),
    ...(tls.mode === 'disable' && (tls.client !== null || tls.certificateAuthority !== null)
      ? [warn('SSL options have no effect on an http URL', 'Write https:// if the registry speaks TLS.')]
      : []),
  ];
}
