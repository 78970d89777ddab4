import { once } from 'node:events';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import type { SecretReader } from './kind.ts';
import type { TlsDetails } from './tls.ts';
import { certificateNames, explainTls, explainTlsMaterial, fault } from './tls-errors.ts';
import { hostPort } from './rules.ts';
import type { Trace } from './trace.ts';
import { textOf } from './values.ts';

const deadlineMs = 10_000;

export interface TlsPeer {
  readonly host: string;
  readonly port: number;
  /** How this kind writes the mode that encrypts without checking: `SSL MODE require`. */
  readonly uncheckedMode: string;
}

/** What the kind's client gives to tls.connect beside the socket. @throws PgError naming the option whose text is no certificate or key. */
export function tlsConnectOptions(details: TlsDetails, host: string, secrets: SecretReader): tls.ConnectionOptions {
  const checked = details.mode === 'verify-ca' || details.mode === 'verify-full';
  return {
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    rejectUnauthorized: checked,
    minVersion: 'TLSv1.2',
    secureContext: secureContext(details, secrets),
    ...(details.mode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
  };
}

/**
 * The stage `tls`: a handshake over an open stream; reports version, the certificate's names and its last day. `prepare` asks for TLS first,
 * in protocols that begin without it. @throws PgError of stage `tls`.
 */
export async function startTls(
  trace: Trace,
  stream: Duplex,
  details: TlsDetails,
  peer: TlsPeer,
  prepare?: (signal: AbortSignal) => Promise<void>,
): Promise<tls.TLSSocket> {
  const target = hostPort(peer.host, peer.port);
  return await trace.step(
    { stage: 'tls', target, deadlineMs, explain: (cause) => explainTls(cause, target, peer) },
    async (signal) => {
      await prepare?.(signal);
      const socket = tls.connect({ ...tlsConnectOptions(details, peer.host, trace.context.secrets), socket: stream });
      // Its stream may die just when the wait below was given up: an error that nobody hears ends the process.
      socket.on('error', () => {});
      forwardErrors(stream, socket);
      try {
        await once(socket, 'secureConnect', { signal });
      } catch (error) {
        socket.destroy();
        throw error;
      }
      return socket;
    },
    describeTls,
  );
}

/** A TLS socket over a foreign stream does not hear of that stream's death by itself. */
function forwardErrors(stream: Duplex, socket: tls.TLSSocket): void {
  stream.once('error', (error) => socket.destroy(error));
  stream.once('close', () => socket.destroy());
  socket.once('close', () => stream.destroy());
}

export function describeTls(socket: tls.TLSSocket): string {
  const certificate = socket.getPeerCertificate();
  const names = certificateNames(certificate);
  return [
    socket.getProtocol() ?? 'TLS',
    ...(names.length === 0 ? [] : [`certificate for ${names.join(', ')}`]),
    ...(certificate.valid_to === undefined
      ? []
      : [`valid until ${new Date(certificate.valid_to).toISOString().slice(0, 10)}`]),
  ].join(', ');
}

function secureContext(details: TlsDetails, secrets: SecretReader): tls.SecureContext {
  const material: tls.SecureContextOptions = {
    ...(details.certificateAuthority === null ? {} : { ca: textOf(details.certificateAuthority, secrets) }),
    ...(details.client === null
      ? {}
      : {
          cert: textOf(details.client.certificate, secrets),
          key: secrets.text(details.client.keySecretId).use((text) => text),
        }),
  };
  for (const [option, part] of [
    ['SSL CERTIFICATE AUTHORITY', { ca: material.ca }],
    ['SSL CERTIFICATE', { cert: material.cert }],
    ['SSL KEY', { key: material.key }],
    ['SSL KEY', { cert: material.cert, key: material.key }],
  ] as const) {
    try {
      if (Object.values(part).every((text) => text !== undefined)) checkMaterial(part);
    } catch (cause) {
      throw explainTlsMaterial(option, cause);
    }
  }
  return tls.createSecureContext(material);
}

/** OpenSSL takes a text without any PEM block as an authority in silence. */
function checkMaterial(part: tls.SecureContextOptions): void {
  if (part.ca !== undefined && !String(part.ca).includes('-----BEGIN CERTIFICATE-----'))
    throw fault('no certificate in PEM form');
  tls.createSecureContext(part);
}
