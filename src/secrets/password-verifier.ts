import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { preparedPassword } from './prepared-password.ts';
import type { Secret } from './secret.ts';

const newIterations = 4096;
const keyBytes = 32;
const derive = promisify(pbkdf2);
const storedForm = /^SCRAM-SHA-256\$(\d{1,9}):([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]{43}=):([A-Za-z0-9+/]{43}=)$/;

/**
 * The stored form of a password: `SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey`. A text that has this form already (psql's \password
 * sends it) is kept as it is. Sources: RFC 5802, RFC 5803, PostgreSQL 16 §53.8.
 */
export async function passwordVerifier(password: Secret<string>): Promise<string> {
  return password.use(async (text) => {
    if (storedForm.test(text)) return text;
    return verifierOf(text, randomBytes(16), newIterations);
  });
}

/** Whether a password is the one that a stored form was made of. */
export async function passwordMatches(password: Secret<string>, stored: string): Promise<boolean> {
  const [, iterations, salt = ''] = storedForm.exec(stored) ?? [];
  if (iterations === undefined) return false;
  const made = await password.use((text) => verifierOf(text, Buffer.from(salt, 'base64'), Number(iterations)));
  return made.length === stored.length && timingSafeEqual(Buffer.from(made), Buffer.from(stored));
}

async function verifierOf(text: string, salt: Buffer, iterations: number): Promise<string> {
  const salted = await derive(Buffer.from(preparedPassword(text), 'utf8'), salt, iterations, keyBytes, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
