import { createHash } from 'node:crypto';

/** Hash of a signature algorithm by its object identifier in DER. MD5 and SHA-1 are replaced by SHA-256 (RFC 5929 §4.1). */
const hashes: ReadonlyMap<string, string> = new Map([
  ['2a864886f70d010104', 'sha256'],
  ['2a864886f70d010105', 'sha256'],
  ['2a864886f70d01010e', 'sha224'],
  ['2a864886f70d01010b', 'sha256'],
  ['2a864886f70d01010c', 'sha384'],
  ['2a864886f70d01010d', 'sha512'],
  ['2a8648ce3d0401', 'sha256'],
  ['2a8648ce3d040301', 'sha224'],
  ['2a8648ce3d040302', 'sha256'],
  ['2a8648ce3d040303', 'sha384'],
  ['2a8648ce3d040304', 'sha512'],
]);

/**
 * The digest that tls-server-end-point binds to. Null when the certificate's signature names no hash (Ed25519, RSA-PSS): then channel
 * binding is not offered, because clients could not compute it either.
 */
export function serverEndPoint(certificate: Uint8Array): Buffer | null {
  const hash = hashes.get(signatureAlgorithm(Buffer.from(certificate)));
  return hash === undefined ? null : createHash(hash).update(certificate).digest();
}

/** Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm SEQUENCE { OBJECT IDENTIFIER … }, … }; '' for anything else. */
function signatureAlgorithm(der: Buffer): string {
  const certificate = element(der, 0);
  const signed = element(der, certificate.start);
  const algorithm = element(der, signed.end);
  const identifier = element(der, algorithm.start);
  return identifier.tag === 0x06 ? der.toString('hex', identifier.start, identifier.end) : '';
}

interface Element {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

/** Tag, contents' start and end of the DER element at an offset. */
function element(der: Buffer, offset: number): Element {
  const tag = der[offset] ?? 0;
  const first = der[offset + 1] ?? 0;
  const lengthBytes = first < 0x80 ? 0 : Math.min(first & 0x7f, 4);
  const start = offset + 2 + lengthBytes;
  const fits = lengthBytes > 0 && start <= der.length;
  const length = first < 0x80 ? first : fits ? der.readUIntBE(offset + 2, lengthBytes) : 0;
  return { tag, start, end: start + length };
}
