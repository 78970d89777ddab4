import type { Privilege } from '../catalog/index.ts';
import { PgError } from '../errors/index.ts';
import { privilegesOfKind } from './effects.ts';

const letters: Readonly<Record<string, Privilege>> = {
  SELECT: 'r',
  INSERT: 'a',
  UPDATE: 'w',
  DELETE: 'd',
  USAGE: 'U',
  CREATE: 'C',
  CREATEROLE: 'R',
  CREATEDB: 'B',
  CREATECLUSTER: 'N',
  CREATENETWORKPOLICY: 'P',
};

export const privilegeWord = (letter: Privilege): string =>
  Object.entries(letters).find(([, candidate]) => candidate === letter)?.[0] ?? letter;

/** The letters of written privileges; `all` is all that exist for the kind. @throws PgError 0LP01 for one that the kind does not have */
export function privilegeLetters(
  words: readonly string[] | 'all',
  objectKind: string,
  objectName: string,
): readonly Privilege[] {
  const allowed = privilegesOfKind[objectKind] ?? [];
  if (words === 'all') return allowed;
  const wrong = words.filter((word) => !allowed.includes(letters[word] as Privilege));
  if (wrong.length > 0) {
    const on = objectKind === 'system' ? 'SYSTEM' : `${objectKind.toUpperCase()} "${objectName}"`;
    throw new PgError('invalid_grant_operation', `invalid privilege types ${wrong.join(', ')} for ${on}`, {
      hint: `Privileges of ${objectKind === 'system' ? 'the system' : withPlural(objectKind)}: ${allowed.map(privilegeWord).join(', ')}.`,
    });
  }
  return words.map((word) => letters[word] as Privilege);
}

const withPlural = (kind: string): string => `${kind}s`;
