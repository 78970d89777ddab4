import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { PgError, protocolViolation } from '../../errors/index.ts';
import type { ScramVerifier } from '../handler.ts';

export const scramMechanism = 'SCRAM-SHA-256';
export const scramPlusMechanism = 'SCRAM-SHA-256-PLUS';

/** What the server's half of an exchange knows beforehand. */
export interface ScramSetting {
  readonly verifier: ScramVerifier;
  /** Digest of the server's certificate (tls-server-end-point), when channel binding is on offer. */
  readonly channelBinding: Uint8Array | null;
  /** Given by tests only. */
  readonly serverNonce?: string;
}

/** The server's first message, and the way to check the client's last. */
export interface ScramStep {
  readonly serverFirst: string;
  /** The server's last message; null when the proof is wrong. @throws PgError FATAL 08P01 for a malformed message. */
  finish(clientFinal: string): string | null;
}

const keyBytes = 32;

/**
 * The server's half of SCRAM-SHA-256 and -PLUS. It needs no password and no PBKDF2: only the verifier's keys.
 * Sources: RFC 5802, RFC 7677, RFC 5929 §4, PostgreSQL 16 §55.3.1.
 * @throws PgError FATAL 08P01 for a malformed message, 28000 when channel binding was tampered with, 0A000 for what is not supported.
 */
export function startScram(mechanism: string, clientFirst: string, setting: ScramSetting): ScramStep {
  const { gs2Header, bare, clientNonce } = readClientFirst(clientFirst);
  checkBinding(gs2Header, mechanism, setting);
  const nonce = clientNonce + (setting.serverNonce ?? randomBytes(18).toString('base64'));
  const { salt, iterations } = setting.verifier;
  const serverFirst = `r=${nonce},s=${Buffer.from(salt).toString('base64')},i=${iterations}`;
  const bound = Buffer.concat([
    Buffer.from(gs2Header),
    gs2Header.startsWith('p=') ? (setting.channelBinding ?? Buffer.alloc(0)) : Buffer.alloc(0),
  ]).toString('base64');
  return {
    serverFirst,
    finish: (clientFinal) => {
      const { withoutProof, channel, nonceBack, proof } = readClientFinal(clientFinal);
      if (nonceBack !== nonce) throw malformed('Nonce does not match.');
      if (channel !== bound) throw bindingFailed(gs2Header);
      return verdict(setting.verifier, `${bare},${serverFirst},${withoutProof}`, proof);
    },
  };
}

/** Both sides are always computed: a doomed exchange takes as long as any. */
function verdict(verifier: ScramVerifier, authMessage: string, proof: Buffer): string | null {
  const signature = hmac(verifier.storedKey, authMessage);
  const clientKey = Buffer.from(proof.map((byte, index) => byte ^ (signature[index] ?? 0)));
  const storedKey = createHash('sha256').update(clientKey).digest();
  const proven = timingSafeEqual(storedKey, verifier.storedKey) && !verifier.doomed;
  const serverSignature = hmac(verifier.serverKey, authMessage).toString('base64');
  return proven ? `v=${serverSignature}` : null;
}

function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function readClientFirst(message: string): { gs2Header: string; bare: string; clientNonce: string } {
  const [, gs2Header, authorization, bare = ''] = /^((?:[ny]|p=[A-Za-z0-9.-]+),(a=[^,]*)?,)(.*)$/s.exec(message) ?? [];
  if (gs2Header === undefined) throw malformed('The client selected an unknown channel binding or none.');
  if (authorization !== undefined) throw unsupported('client uses authorization identity, but it is not supported');
  if (bare.startsWith('m=')) throw unsupported('client requires an unsupported SCRAM extension');
  const [, clientNonce] = /^n=[^,]*,r=([\x21-\x2b\x2d-\x7e]+)(?:,.*)?$/s.exec(bare) ?? [];
  if (clientNonce === undefined) throw malformed('The first message has no printable nonce.');
  return { gs2Header, bare, clientNonce };
}

/** A client that says it could bind, but thinks that the server cannot, was lied to: somebody took the offer away. */
function checkBinding(gs2Header: string, mechanism: string, { channelBinding }: ScramSetting): void {
  const binds = gs2Header.startsWith('p=');
  if (binds !== (mechanism === scramPlusMechanism)) {
    throw malformed('The channel binding does not fit the selected mechanism.');
  }
  if (binds && !gs2Header.startsWith('p=tls-server-end-point,')) {
    throw unsupported('unsupported SCRAM channel-binding type');
  }
  if (gs2Header.startsWith('y') && channelBinding !== null) {
    throw new PgError('invalid_authorization_specification', 'SCRAM channel binding negotiation error', {
      severity: 'FATAL',
      detail: 'The client supports SCRAM channel binding but thinks the server does not.',
    });
  }
}

function readClientFinal(message: string): { withoutProof: string; channel: string; nonceBack: string; proof: Buffer } {
  const pattern = /^(c=([A-Za-z0-9+/=]+),r=([^,]+)(?:,[^,]+)*),p=([A-Za-z0-9+/=]+)$/s;
  const [, withoutProof, channel = '', nonceBack = '', proofText = ''] = pattern.exec(message) ?? [];
  const proof = Buffer.from(proofText, 'base64');
  if (withoutProof === undefined || proof.length !== keyBytes) throw malformed('The last message has no proof.');
  return { withoutProof, channel, nonceBack, proof };
}

function bindingFailed(gs2Header: string): PgError {
  if (!gs2Header.startsWith('p='))
    return malformed('The channel-binding attribute is not the one of the first message.');
  return new PgError('invalid_authorization_specification', 'SCRAM channel binding check failed', {
    severity: 'FATAL',
  });
}

function malformed(detail: string): PgError {
  return protocolViolation('malformed SCRAM message', { severity: 'FATAL', detail });
}

function unsupported(message: string): PgError {
  return new PgError('feature_not_supported', message, { severity: 'FATAL' });
}
