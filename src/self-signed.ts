import { type KeyObject, X509Certificate, createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { dirname } from 'node:path';
import type { TlsFiles } from './config.ts';
import { selfSignedCertificate } from './self-signed-certificate.ts';
import { makePrivateDirectory, writePrivateFile } from './storage/index.ts';

const dayMs = 86_400_000;
const validMs = 730 * dayMs;
/** A certificate that ends sooner is made anew. */
const renewBeforeMs = 30 * dayMs;
const lookEveryMs = dayMs;

/**
 * Makes the self-signed pair of `--tls auto` when there is none, when it ends soon, or when it does not name the host listened on. The key stays as
 * long as it can be read: a renewed certificate is of the same key.
 */
export function ensureSelfSigned(
  { certFile, keyFile }: Pick<TlsFiles, 'certFile' | 'keyFile'>,
  listenHost: string,
  now = new Date(),
): void {
  const { needed, more } = namesOf(listenHost);
  const found = keyIn(keyFile);
  if (found !== null && serves(certFile, found, needed, now)) return;
  makePrivateDirectory(dirname(certFile));
  const key = found ?? generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
  // The key first: a crash in between leaves a certificate of another key, and that one is replaced at the next start.
  if (found === null) writePrivateFile(keyFile, key.export({ type: 'pkcs8', format: 'pem' }));
  const certificate = selfSignedCertificate(key, {
    commonName: hostname(),
    names: [...new Set([...needed, ...more])],
    notBefore: new Date(now.getTime() - dayMs),
    notAfter: new Date(now.getTime() + validMs),
  });
  writePrivateFile(certFile, certificate);
}

/** Looks every day whether the pair must be made anew; who follows the files does the rest. @returns the way to stop */
export function followSelfSigned(files: TlsFiles, listenHost: string, failed: (error: unknown) => void): () => void {
  const look = (): void => {
    try {
      ensureSelfSigned(files, listenHost);
    } catch (error) {
      failed(error);
    }
  };
  const timer = setInterval(look, lookEveryMs).unref();
  return () => clearInterval(timer);
}

/** SHA-256 of the certificate, as `openssl x509 -fingerprint -sha256` shows it. */
export const fingerprintOf = (certFile: string): string => new X509Certificate(readFileSync(certFile)).fingerprint256;

/** The names that clients may know the server by: those that it must have, and those that it had better have. */
function namesOf(listenHost: string): { readonly needed: readonly string[]; readonly more: readonly string[] } {
  const needed = ['localhost', '127.0.0.1', '::1', hostname()];
  if (listenHost !== '0.0.0.0' && listenHost !== '::') return { needed: [...needed, listenHost], more: [] };
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return { needed, more: addresses.map(({ address }) => address) };
}

function keyIn(file: string): KeyObject | null {
  try {
    const key = createPrivateKey(readFileSync(file));
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : null;
  } catch {
    return null;
  }
}

function serves(certFile: string, key: KeyObject, names: readonly string[], now: Date): boolean {
  try {
    const found = new X509Certificate(readFileSync(certFile));
    const lastsMs = Date.parse(found.validTo) - now.getTime();
    const named = names.every((name) => (isIP(name) === 0 ? found.checkHost(name) : found.checkIP(name)) !== undefined);
    return lastsMs > renewBeforeMs && named && found.checkPrivateKey(key);
  } catch {
    return false;
  }
}
