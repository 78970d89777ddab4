import type { PeerCertificate } from 'node:tls';
import { invalidValue, type PgError } from '../errors/index.ts';
import type { TlsPeer } from './tls-handshake.ts';
import { codeOf, type Failure, messageOf } from './trace.ts';

/** Codes of OpenSSL for a chain that ends in no trusted authority. */
const untrusted = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
]);

/** Alerts by which a server says that it wants a (valid) client certificate. */
const wantsClientCertificate =
  /ALERT_(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_UNKNOWN|HANDSHAKE_FAILURE|ACCESS_DENIED|CERTIFICATE_EXPIRED|UNSUPPORTED_CERTIFICATE)/;

/** Whether an error, at whatever later moment it came, is the server's refusal of our (missing) client certificate. */
export const refusesClientCertificate = (cause: unknown): boolean => wantsClientCertificate.test(codeOf(cause) ?? '');

/** Says why a TLS handshake failed and what to change. */
export function explainTls(cause: unknown, target: string, peer: TlsPeer): Failure {
  const code = codeOf(cause) ?? '';
  if (untrusted.has(code)) {
    return {
      message: `the certificate of ${target} is not signed by a trusted authority (${code})`,
      hint: `Set SSL CERTIFICATE AUTHORITY to the certificate of the authority that signed it. On the server's side: openssl s_client -showcerts -connect ${target}${peer.uncheckedMode === '' ? '' : `; ${peer.uncheckedMode} encrypts without checking`}.`,
    };
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') return explainDates(cause, code, target);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return explainNames(cause, target, peer);
  if (refusesClientCertificate(cause)) {
    return {
      message: `${target} refused the TLS handshake: ${alertText(code)}`,
      hint: 'The server probably demands a client certificate that it trusts: set SSL CERTIFICATE and SSL KEY, signed by the authority the server knows.',
    };
  }
  if (/ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|NO_SHARED_CIPHER/.test(code)) {
    return {
      message: `${target} and this server have no TLS version or cipher in common (${code})`,
      hint: 'The server must offer TLS 1.2 or 1.3.',
    };
  }
  return {
    message: `${target} does not speak TLS (${messageOf(cause)})`,
    hint: 'Something that is no TLS server answered, or it hung up. Check host and port, and whether TLS is switched on there.',
  };
}

function explainDates(cause: unknown, code: string, target: string): Failure {
  const certificate = certificateOf(cause);
  const [word, date] =
    code === 'CERT_HAS_EXPIRED'
      ? ['has expired', certificate?.valid_to]
      : ['is not valid yet', certificate?.valid_from];
  return {
    message: `the certificate of ${target} ${word}${date === undefined ? '' : ` (${date})`}`,
    hint: "Renew the server's certificate, and check the clocks of both machines.",
  };
}

function explainNames(cause: unknown, target: string, peer: TlsPeer): Failure {
  const names = certificateNames(certificateOf(cause));
  return {
    message: `the certificate of ${target} is for other names${names.length === 0 ? '' : `: ${names.join(', ')}`}`,
    hint: `Set HOST to a name that the certificate holds, or have "${peer.host}" added to the certificate's subject alternative names.`,
  };
}

function certificateOf(cause: unknown): PeerCertificate | undefined {
  return cause instanceof Error ? (cause as { readonly cert?: PeerCertificate }).cert : undefined;
}

/** The names that a certificate holds, the common name when it has no others. */
export function certificateNames(certificate: PeerCertificate | undefined): readonly string[] {
  const names = (certificate?.subjectaltname ?? '')
    .split(', ')
    .map((name) => name.replace(/^(DNS|IP Address):/, ''))
    .filter((name) => name !== '');
  const commonName = certificate?.subject?.CN;
  return names.length > 0 || commonName === undefined ? names : [commonName].flat();
}

const alertText = (code: string): string =>
  code
    .replace(/^ERR_SSL_(SSLV3|TLSV1|TLSV13)_ALERT_/, '')
    .replaceAll('_', ' ')
    .toLowerCase();

/** An error with a reason that says nothing of the text at fault: it may be a key. */
export const fault = (reason: string): Error => new Error(reason);

/** A given text that is no certificate or key. */
export function explainTlsMaterial(option: string, cause: unknown): PgError {
  const mismatch = codeOf(cause) === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH';
  return invalidValue(
    mismatch ? 'SSL KEY is not the key of SSL CERTIFICATE' : `${option} is not in PEM form (${reasonOf(cause)})`,
    {
      hint: mismatch
        ? 'Give the key that the certificate was made for.'
        : `It begins with -----BEGIN ${option === 'SSL KEY' ? 'PRIVATE KEY' : 'CERTIFICATE'}-----. Line breaks must be kept; keys that ask for a passphrase are not taken.`,
    },
  );
}

const reasonOf = (cause: unknown): string => codeOf(cause) ?? messageOf(cause);
