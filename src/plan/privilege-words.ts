import type { Privilege } from '../catalog/index.ts';
import { PgError } from '../errors/index.ts';
import type { Privileges } from '../sql/index.ts';
import type { PlanContext } from './context.ts';
import { privilegesOfKind } from './effects.ts';
import { positionOf } from './names.ts';

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

/**
 * The letters of written privileges; `all` is all that exist for the kind. `on` names the object in the error: `SYSTEM`, `SECRET "s"`,
 * `SECRETS`. @throws PgError 0LP01 for one that the kind does not have
 */
export function privilegeLetters(
  context: PlanContext,
  privileges: Privileges,
  objectKind: string,
  on: string,
): readonly Privilege[] {
  const allowed = privilegesOfKind[objectKind] ?? [];
  if (privileges === 'all') return allowed;
  const wrong = privileges.filter(({ word }) => !allowed.includes(letters[word] as Privilege));
  const [first] = wrong;
  if (first !== undefined) {
    const words = wrong.map((privilege) => privilege.word).join(', ');
    throw new PgError('invalid_grant_operation', `invalid privilege types ${words} for ${on}`, {
      position1: positionOf(context, first.offset0),
      hint: `Privileges of ${objectKind === 'system' ? 'the system' : withPlural(objectKind)}: ${allowed.map(privilegeWord).join(', ')}.`,
    });
  }
  return privileges.map(({ word }) => letters[word] as Privilege);
}

const withPlural = (kind: string): string => `${kind}s`;
