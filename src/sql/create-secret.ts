import type { Expr, Name } from './ast.ts';
import { type Cursor, stringHint } from './cursor.ts';
import { parseExpr, printExpr } from './expressions.ts';
import { parseIfNotExists, parseName, printIf } from './names.ts';
import { hidden, type PrintContext } from './print-context.ts';
import { printName } from './quote.ts';

/** Source: Materialize docs, CREATE SECRET. */
export interface CreateSecret {
  readonly kind: 'create-secret';
  readonly name: Name;
  readonly ifNotExists: boolean;
  readonly value: Expr;
}

/** After CREATE SECRET. */
export function parseCreateSecret(cursor: Cursor): CreateSecret {
  const ifNotExists = parseIfNotExists(cursor);
  const name = parseName(cursor);
  return { kind: 'create-secret', name, ifNotExists, value: parseSecretValue(cursor) };
}

/** `AS expression`. People write the string in double quotes, or in none. */
export function parseSecretValue(cursor: Cursor): Expr {
  cursor.expectKeyword('AS');
  const { token } = cursor;
  const value = parseExpr(cursor);
  if (value.kind === 'name') throw cursor.expectedAt(token, 'literal string', stringHint(token));
  return value;
}

export function printCreateSecret(statement: CreateSecret, context: PrintContext): string {
  const name = `${printIf(statement.ifNotExists, 'IF NOT EXISTS')}${printName(statement.name)}`;
  return `CREATE SECRET ${name} AS ${context.redacted ? hidden : printExpr(statement.value)}`;
}
