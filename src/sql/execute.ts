import type { Expr, Ident } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseExpr, printExpr } from './expressions.ts';
import { hidden, type PrintContext } from './print-context.ts';
import { printIdent } from './quote.ts';

/** Source: PostgreSQL 16, EXECUTE. */
export interface Execute {
  readonly kind: 'execute';
  readonly name: Ident;
  readonly args: readonly Expr[];
}

/** After EXECUTE. */
export function parseExecute(cursor: Cursor): Execute {
  const name = cursor.expectIdent();
  const args = cursor.at('left-parenthesis') ? cursor.parenthesised(() => parseExpr(cursor)) : [];
  return { kind: 'execute', name, args };
}

/** The arguments may be a secret's value, so that they are hidden all alike. */
export function printExecute(statement: Execute, context: PrintContext): string {
  const args = statement.args.map((arg) => (context.redacted ? hidden : printExpr(arg))).join(', ');
  return `EXECUTE ${printIdent(statement.name.value)}${args === '' ? '' : ` (${args})`}`;
}
