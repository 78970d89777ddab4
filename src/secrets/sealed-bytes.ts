import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** AES-256-GCM. A sealed value is: version byte, nonce, ciphertext, tag. */
const version = 1;
const nonceBytes = 12;
const tagBytes = 16;
const headerBytes = 1 + nonceBytes;

/** `context` is authenticated with the value: it opens only under the same one. */
export function sealBytes(key: Buffer, plain: Uint8Array, context: string): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(authenticated(context));
  return Buffer.concat([Buffer.of(version), nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** null when the value was changed, moved to another context or sealed under another key. */
export function openBytes(key: Buffer, sealed: Uint8Array, context: string): Buffer | null {
  if (sealed.length < headerBytes + tagBytes || sealed[0] !== version) return null;
  const nonce = sealed.subarray(1, headerBytes);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(authenticated(context));
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  const plain = decipher.update(sealed.subarray(headerBytes, sealed.length - tagBytes));
  try {
    return Buffer.concat([plain, decipher.final()]);
  } catch {
    return null;
  }
}

const authenticated = (context: string): Buffer => Buffer.from(`sallyport sealed ${version} ${context}`, 'utf8');
