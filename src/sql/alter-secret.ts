import type { Expr, Name } from './ast.ts';
import { parseSecretValue } from './create-secret.ts';
import type { Cursor } from './cursor.ts';
import { printExpr } from './expressions.ts';
import { printIf } from './names.ts';
import { hidden, type PrintContext } from './print-context.ts';
import { printName } from './quote.ts';

/** Source: Materialize docs, ALTER SECRET. */
export interface AlterSecret {
  readonly kind: 'alter-secret';
  readonly name: Name;
  readonly ifExists: boolean;
  readonly value: Expr;
}

/** After ALTER SECRET [IF EXISTS] name, at AS. */
export const parseAlterSecret = (cursor: Cursor, name: Name, ifExists: boolean): AlterSecret => ({
  kind: 'alter-secret',
  name,
  ifExists,
  value: parseSecretValue(cursor),
});

export function printAlterSecret(statement: AlterSecret, context: PrintContext): string {
  const name = `${printIf(statement.ifExists, 'IF EXISTS')}${printName(statement.name)}`;
  return `ALTER SECRET ${name} AS ${context.redacted ? hidden : printExpr(statement.value)}`;
}
