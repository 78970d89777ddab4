import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { invariant } from '../errors/index.ts';
import { Secret } from '../secrets/index.ts';

export interface GeneratedKey {
  /** `ssh-ed25519 AAAA… materialize`. */
  readonly publicKey: string;
  /** `SHA256:…`, as ssh-keygen -l prints it. */
  readonly fingerprint: string;
  /** OpenSSH PEM, not encrypted: it is sealed at rest. */
  readonly privateKey: Secret<string>;
}

/** Source: Materialize docs, CREATE CONNECTION … SSH TUNNEL: the comment of every public key. */
const keyComment = 'materialize';

/**
 * A new ed25519 pair. Made with node:crypto and encoded here, because ssh2's own generator strips leading zeros of the public key:
 * one pair in 256 is broken. The generator itself writes the pair down: `export({ format: 'jwk' })` holds the key's lock while it makes
 * strings, and a collection of garbage in that moment waits for the same lock to free what generated the key. The process then stands
 * still for good.
 */
export function generateTunnelKey(): GeneratedKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { format: 'der', type: 'pkcs8' },
    publicKeyEncoding: { format: 'der', type: 'spki' },
  });
  invariant(privateKey.length === 48 && publicKey.length === 44, 'DER of an ed25519 pair has no optional parts');
  // Source: RFC 8410 §4 and §7: either half is at the end.
  const publicHalf = publicKey.subarray(-32);
  const seed = privateKey.subarray(-32);
  const blob = Buffer.concat([field('ssh-ed25519'), field(publicHalf)]);
  return {
    publicKey: `ssh-ed25519 ${blob.toString('base64')} ${keyComment}`,
    fingerprint: fingerprintOf(blob),
    privateKey: new Secret(encodePrivateKey(blob, publicHalf, seed)),
  };
}

/** `SHA256:` and base64 without padding, of a public key's wire form. */
export function fingerprintOf(blob: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** What to paste into authorized_keys: the key may forward and do nothing else (OpenSSH 7.2 and newer). */
export const authorizedKeysLine = (publicKey: string): string => `restrict,port-forwarding ${publicKey}`;

/** Reads `ssh-ed25519 AAAA… [comment]`. Undefined when the line is no public key. */
export function parsePublicKey(line: string): { readonly algorithm: string; readonly blob: Buffer } | undefined {
  const [algorithm, base64] = line.trim().split(/\s+/);
  if (algorithm === undefined || base64 === undefined) return undefined;
  const blob = Buffer.from(base64, 'base64');
  return algorithmOf(blob) === algorithm ? { algorithm, blob } : undefined;
}

/** The algorithm's name as the wire form of a public key states it; empty when it states none. */
export function algorithmOf(blob: Buffer): string {
  if (blob.length < 4) return '';
  const length = blob.readUInt32BE(0);
  return length > 64 || blob.length < 4 + length ? '' : blob.toString('latin1', 4, 4 + length);
}

/** Source: OpenSSH PROTOCOL.key. */
function encodePrivateKey(blob: Buffer, publicHalf: Buffer, seed: Buffer): string {
  const check = randomBytes(4);
  const keys = Buffer.concat([
    check,
    check,
    field('ssh-ed25519'),
    field(publicHalf),
    field(Buffer.concat([seed, publicHalf])),
    field(keyComment),
  ]);
  const paddingLength = (8 - (keys.length % 8)) % 8;
  const padding = Buffer.from(Array.from({ length: paddingLength }, (_, index) => index + 1));
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    Buffer.from([0, 0, 0, 1]),
    field(blob),
    field(Buffer.concat([keys, padding])),
  ]);
  const lines = file.toString('base64').match(/.{1,70}/g) ?? [];
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n');
}

/** RFC 4251 §5 `string`: length, then bytes. */
function field(value: string | Buffer): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
