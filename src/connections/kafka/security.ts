import { syntaxError } from '../../errors/index.ts';
import type { PlannedOptions } from '../options.ts';
import type { KafkaDetails } from './details.ts';

const saslOptions = ['SASL MECHANISMS', 'SASL PASSWORD', 'SASL USERNAME'];
const tlsOptions = ['SSL CERTIFICATE', 'SSL CERTIFICATE AUTHORITY', 'SSL KEY'];

/** The security matrix of Kafka. @throws PgError 42601 for what is missing or of no use under the protocol, 22023 for unknown values. */
export function securityOf(options: PlannedOptions): Pick<KafkaDetails, 'tls' | 'sasl'> {
  const protocol = protocolOf(options);
  const sasl = protocol.startsWith('SASL_') ? saslOf(options) : null;
  const encrypted = protocol.endsWith('SSL');
  const client = encrypted ? clientCertificate(options) : null;
  const unused = [
    ...(sasl === null ? saslOptions : []),
    ...(encrypted ? [] : tlsOptions),
    ...(encrypted && client === null ? ['SSL KEY'] : []),
  ].find((name) => options.has(name));
  if (unused !== undefined) {
    throw syntaxError(`option ${unused} not supported with this configuration`, {
      position1: options.position1(unused),
      hint: hintForUnused(unused, protocol),
    });
  }
  return {
    tls: {
      mode: encrypted ? 'verify-full' : 'disable',
      certificateAuthority: options.textOrSecret('SSL CERTIFICATE AUTHORITY') ?? null,
      client,
    },
    sasl,
  };
}

const protocolOf = (options: PlannedOptions): string =>
  options.text('SECURITY PROTOCOL') ?? (saslOptions.some((name) => options.has(name)) ? 'SASL_SSL' : 'SSL');

function saslOf(options: PlannedOptions): KafkaDetails['sasl'] {
  const mechanism = options.text('SASL MECHANISMS') ?? missing(options, 'SASL MECHANISMS', "'SCRAM-SHA-512'");
  const username = options.textOrSecret('SASL USERNAME') ?? missing(options, 'SASL USERNAME', "'name'");
  const passwordSecretId = options.secret('SASL PASSWORD') ?? missing(options, 'SASL PASSWORD', 'SECRET name');
  return {
    mechanism: mechanism as NonNullable<KafkaDetails['sasl']>['mechanism'],
    username,
    passwordSecretId,
  };
}

function missing(options: PlannedOptions, name: string, example: string): never {
  throw syntaxError(`${name} must be specified`, {
    position1: options.position1(name),
    hint: `Add ${name} = ${example}, or set SECURITY PROTOCOL to SSL or PLAINTEXT for a login without SASL.`,
  });
}

function clientCertificate(options: PlannedOptions): KafkaDetails['tls']['client'] {
  const certificate = options.textOrSecret('SSL CERTIFICATE');
  if (certificate === undefined) return null;
  const keySecretId = options.secret('SSL KEY');
  if (keySecretId !== undefined) return { certificate, keySecretId };
  throw syntaxError('SSL KEY must be specified with SSL CERTIFICATE', {
    position1: options.position1('SSL CERTIFICATE'),
    hint: 'Add SSL KEY = SECRET name.',
  });
}

function hintForUnused(name: string, protocol: string): string {
  if (name === 'SSL KEY' && protocol.endsWith('SSL')) return 'SSL KEY belongs to SSL CERTIFICATE: add it.';
  const wanted = name.startsWith('SASL')
    ? protocol === 'PLAINTEXT'
      ? 'SASL_PLAINTEXT or SASL_SSL'
      : 'SASL_SSL'
    : protocol.startsWith('SASL')
      ? 'SASL_SSL'
      : 'SSL';
  return `SECURITY PROTOCOL is ${protocol}. Leave ${name} out, or set SECURITY PROTOCOL to ${wanted}.`;
}
