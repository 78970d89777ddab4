import { createHmac } from 'node:crypto';
import type { ScramVerifier } from './handler.ts';

const storedForm = /^SCRAM-SHA-256\$(\d{1,9}):([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)$/;

/** What PostgreSQL uses for a new password; an invented verifier must not stand out. */
const usualIterations = 4096;

/** Reads a stored password, `SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey`; null for any other text. Source: PostgreSQL 16 §53.8. */
export function scramVerifier(stored: string): ScramVerifier | null {
  const [, iterations, salt = '', storedKey = '', serverKey = ''] = storedForm.exec(stored) ?? [];
  if (iterations === undefined) return null;
  return {
    method: 'scram-sha-256',
    salt: Buffer.from(salt, 'base64'),
    iterations: Number(iterations),
    storedKey: Buffer.from(storedKey, 'base64'),
    serverKey: Buffer.from(serverKey, 'base64'),
    doomed: false,
  };
}

/**
 * A verifier for a role that does not exist or has no password: the same salt for the same name each time, from a secret of the server (32
 * random bytes, kept while it runs at least), so that nobody can tell it from a real one.
 */
export function doomedVerifier(user: string, serverSecret: Uint8Array): ScramVerifier {
  const derived = (purpose: string): Buffer => createHmac('sha256', serverSecret).update(`${purpose}:${user}`).digest();
  return {
    method: 'scram-sha-256',
    salt: derived('salt').subarray(0, 16),
    iterations: usualIterations,
    storedKey: derived('stored key'),
    serverKey: derived('server key'),
    doomed: true,
  };
}
