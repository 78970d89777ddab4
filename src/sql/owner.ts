import type { Ident, Name, ObjectKind } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { printIf } from './names.ts';
import { printObjectKind } from './object-kinds.ts';
import { printIdent, printName } from './quote.ts';

/** `ALTER <kind> a.b.c OWNER TO role`. */
export interface Owner {
  readonly kind: 'owner';
  readonly objectKind: ObjectKind;
  readonly ifExists: boolean;
  readonly name: Name;
  readonly to: Ident;
}

/** After OWNER. */
export function parseOwner(cursor: Cursor, objectKind: ObjectKind, name: Name, ifExists: boolean): Owner {
  cursor.expectKeyword('TO');
  return { kind: 'owner', objectKind, ifExists, name, to: cursor.expectIdent() };
}

export function printOwner(statement: Owner): string {
  const name = `${printIf(statement.ifExists, 'IF EXISTS')}${printName(statement.name)}`;
  return `ALTER ${printObjectKind(statement.objectKind)} ${name} OWNER TO ${printIdent(statement.to.value)}`;
}
