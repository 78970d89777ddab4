import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { Secret } from '../secrets/index.ts';

const iterations = 4096;
const derive = promisify(pbkdf2);
const preHashed = /^SCRAM-SHA-256\$\d+:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+$/;

/**
 * The stored form of a password: `SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey`. A text that has this form already (psql's \password
 * sends it) is kept as it is. Sources: RFC 5802, RFC 5803, PostgreSQL 16 §53.8.
 */
export async function passwordVerifier(password: Secret<string>): Promise<string> {
  return password.use(async (text) => {
    if (preHashed.test(text)) return text;
    const salt = randomBytes(16);
    const salted = await derive(Buffer.from(text.normalize('NFKC'), 'utf8'), salt, iterations, 32, 'sha256');
    const clientKey = createHmac('sha256', salted).update('Client Key').digest();
    const storedKey = createHash('sha256').update(clientKey).digest('base64');
    const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
    return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
  });
}
