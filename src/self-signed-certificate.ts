import { type KeyObject, createHash, createPublicKey, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

/** What the certificate says. The subject is its own issuer. */
export interface CertificateContent {
  readonly commonName: string;
  /** Host names and IP addresses. */
  readonly names: readonly string[];
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/**
 * A self-signed server certificate (PEM) for a P-256 key. Node signs and reads X.509 but does not write it; this writes one fixed form of it in DER.
 * Sources: RFC 5280 §4, RFC 5758 §3.2, X.690.
 */
export function selfSignedCertificate(key: KeyObject, content: CertificateContent): string {
  const name = sequence(set(sequence(oid('2.5.4.3'), utf8String(content.commonName))));
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const toBeSigned = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(serialNumber()),
    ecdsaWithSha256,
    name,
    sequence(time(content.notBefore), time(content.notAfter)),
    name,
    publicKey,
    explicit(3, sequence(...extensions(publicKey, content.names))),
  );
  const der = sequence(toBeSigned, ecdsaWithSha256, bitString(sign('sha256', toBeSigned, key)));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function extensions(publicKey: Buffer, names: readonly string[]): readonly Buffer[] {
  const digitalSignature = bitString(Buffer.from([0x80]), 7);
  const keyIdentifier = createHash('sha1').update(publicKey).digest();
  return [
    extension('2.5.29.19', sequence(), true),
    extension('2.5.29.15', digitalSignature, true),
    extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1'))),
    extension('2.5.29.14', tagged(0x04, keyIdentifier)),
    extension('2.5.29.17', sequence(...names.map(generalName))),
  ];
}

const extension = (id: string, value: Buffer, critical = false): Buffer =>
  sequence(oid(id), ...(critical ? [tagged(0x01, Buffer.from([0xff]))] : []), tagged(0x04, value));

/** A dNSName or an iPAddress. */
const generalName = (name: string): Buffer =>
  isIP(name) === 0 ? tagged(0x82, Buffer.from(name, 'latin1')) : tagged(0x87, addressBytes(name));

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  // The URL parser writes every IPv6 address in groups of hexadecimal digits, the longest run of zeros left out.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string): readonly string[] => (text === '' ? [] : text.split(':'));
  const [before, behind] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: 8 - before.length - behind.length }, () => '0');
  return Buffer.from([...before, ...zeros, ...behind].map((group) => group.padStart(4, '0')).join(''), 'hex');
}

/** Positive and of full length: the first byte neither begins with a one bit nor is zero. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40, 0);
  return bytes;
}

const tagged = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), length(content.length), content]);
};

function length(bytes: number): Buffer {
  if (bytes < 0x80) return Buffer.from([bytes]);
  if (bytes < 0x100) return Buffer.from([0x81, bytes]);
  return Buffer.from([0x82, bytes >> 8, bytes & 0xff]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => tagged(0x30, ...parts);
const set = (...parts: readonly Uint8Array[]): Buffer => tagged(0x31, ...parts);
const explicit = (number: number, part: Uint8Array): Buffer => tagged(0xa0 | number, part);
const integer = (bytes: Uint8Array): Buffer => tagged(0x02, bytes);
const utf8String = (text: string): Buffer => tagged(0x0c, Buffer.from(text));
const bitString = (bytes: Uint8Array, unusedBits = 0): Buffer => tagged(0x03, Buffer.from([unusedBits]), bytes);

/** UTCTime: two digits of the year, which is enough before 2050. */
const time = (date: Date): Buffer =>
  tagged(0x17, Buffer.from(`${date.toISOString().slice(2, 19).replaceAll(/[-T:]/g, '')}Z`));

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tagged(0x06, Buffer.from([40 * first + second, ...rest.flatMap(base128)]));
}

function base128(value: number): readonly number[] {
  const digits = [value & 0x7f];
  for (let left = value >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));
