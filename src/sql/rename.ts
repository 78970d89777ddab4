import type { Ident, Name, ObjectKind } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { printIf } from './names.ts';
import { printObjectKind } from './object-kinds.ts';
import { printIdent, printName } from './quote.ts';

/** `ALTER <kind> a.b.c RENAME TO d`. */
export interface Rename {
  readonly kind: 'rename';
  readonly objectKind: ObjectKind;
  readonly ifExists: boolean;
  readonly name: Name;
  readonly to: Ident;
}

/** After RENAME. */
export function parseRename(cursor: Cursor, objectKind: ObjectKind, name: Name, ifExists: boolean): Rename {
  cursor.expectKeyword('TO');
  const to = cursor.expectIdent();
  if (cursor.at('dot')) {
    throw cursor.expected('end of statement', 'The new name is a single word: an object stays in its schema.');
  }
  return { kind: 'rename', objectKind, ifExists, name, to };
}

export function printRename(statement: Rename): string {
  const name = `${printIf(statement.ifExists, 'IF EXISTS')}${printName(statement.name)}`;
  return `ALTER ${printObjectKind(statement.objectKind)} ${name} RENAME TO ${printIdent(statement.to.value)}`;
}
