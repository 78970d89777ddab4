import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type CatalogStore, materializeRoleId, put } from './catalog/index.ts';
import { Secret, passwordMatches, passwordVerifier } from './secrets/index.ts';
import { pathIn, writePrivateFile } from './storage/index.ts';

/**
 * Gives the first superuser a random password when it has none and may log in, and keeps it in a password file of libpq's form, readable by
 * the owner of the data directory only. The file first: a crash in between leaves a role without a password, which gets one at the next start.
 * @returns the file that lets `materialize` in over TCP, or null when there is none (any more)
 */
export async function firstPassword(store: CatalogStore, directory: string): Promise<string | null> {
  const role = store.current.role(materializeRoleId);
  if (role === undefined || !role.login) return null;
  const file = pathIn(directory, 'firstPassword');
  if (role.passwordVerifier !== null) return (await letsIn(file, role.passwordVerifier)) ? file : null;
  const password = new Secret(randomBytes(24).toString('base64url'));
  const verifier = await passwordVerifier(password);
  password.use((text) => writePrivateFile(file, `*:*:*:${role.name}:${text}\n`));
  const event = {
    eventType: 'alter',
    objectKind: 'role',
    details: { id: role.id, name: role.name, password: 'set' },
    user: 'mz_system',
    clientAddress: '',
  } as const;
  await store.commit(store.current.version, [put('roles', { ...role, passwordVerifier: verifier })], [event]);
  return file;
}

/** Whether the file still holds the password: it may have been changed since, and the file with it or not. */
async function letsIn(file: string, verifier: string): Promise<boolean> {
  const text = readText(file);
  const password = /^\*:\*:\*:[^:\n]+:([^\n]+)$/m.exec(text)?.[1];
  return password !== undefined && passwordMatches(new Secret(password), verifier);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
