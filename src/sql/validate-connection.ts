import type { Name } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseRawName } from './names.ts';
import { printName } from './quote.ts';

/** Source: Materialize docs, VALIDATE CONNECTION. */
export interface ValidateConnection {
  readonly kind: 'validate-connection';
  readonly name: Name;
}

/** After VALIDATE. */
export function parseValidateConnection(cursor: Cursor): ValidateConnection {
  cursor.expectKeyword('CONNECTION');
  return { kind: 'validate-connection', name: parseRawName(cursor) };
}

export const printValidateConnection = (statement: ValidateConnection): string =>
  `VALIDATE CONNECTION ${printName(statement.name)}`;
