import type { Name, ObjectKind } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseIfExists, parseNames, printIf } from './names.ts';
import { expectObjectKind, objectKinds, printObjectKind } from './object-kinds.ts';
import { printNames } from './quote.ts';

/** Source: Materialize docs, DROP CONNECTION and its siblings. */
export interface Drop {
  readonly kind: 'drop';
  readonly objectKind: ObjectKind;
  readonly ifExists: boolean;
  readonly names: readonly Name[];
  /** null: neither written, or RESTRICT where that is the default. DATABASE cascades by default, the others restrict. */
  readonly behaviour: Behaviour | null;
}

export type Behaviour = 'cascade' | 'restrict';

/** After DROP. */
export function parseDrop(cursor: Cursor): Drop {
  const objectKind = expectObjectKind(cursor, objectKinds, 'one', ['OWNED']);
  const ifExists = parseIfExists(cursor);
  const names = parseNames(cursor);
  const written = parseBehaviour(cursor);
  const behaviour = written === 'restrict' && objectKind !== 'database' ? null : written;
  return { kind: 'drop', objectKind, ifExists, names, behaviour };
}

/** `[CASCADE | RESTRICT]`. @throws PgError 42601 for both. */
export function parseBehaviour(cursor: Cursor): Behaviour | null {
  const word = cursor.takeOneOf(['CASCADE', 'RESTRICT']);
  if (word === undefined) return null;
  const other = word === 'CASCADE' ? 'RESTRICT' : 'CASCADE';
  if (cursor.atKeyword(other)) throw cursor.error(`Cannot specify both ${word} and ${other} in DROP`);
  return word === 'CASCADE' ? 'cascade' : 'restrict';
}

export const printBehaviour = (behaviour: Behaviour | null): string =>
  behaviour === null ? '' : ` ${behaviour.toUpperCase()}`;

export function printDrop(statement: Drop): string {
  const names = `${printIf(statement.ifExists, 'IF EXISTS')}${printNames(statement.names)}`;
  return `DROP ${printObjectKind(statement.objectKind)} ${names}${printBehaviour(statement.behaviour)}`;
}
