import { PgError } from '../errors/index.ts';
import type { Execute, Expr } from '../sql/index.ts';
import type { PlanContext } from './context.ts';
import { positionOf } from './names.ts';

export interface ExecutePreparedPlan {
  readonly kind: 'execute';
  readonly name: string;
  /** Texts of the arguments; null for NULL. */
  readonly args: readonly (string | null)[];
}

export function planExecute(statement: Execute, context: PlanContext): ExecutePreparedPlan {
  return { kind: 'execute', name: statement.name.value, args: statement.args.map((arg) => argument(arg, context)) };
}

function argument(expr: Expr, context: PlanContext): string | null {
  switch (expr.kind) {
    case 'string':
      return expr.value;
    case 'number':
      return expr.text;
    case 'boolean':
      return expr.value ? 't' : 'f';
    case 'null':
      return null;
    case 'cast':
      return argument(expr.expr, context);
    case 'call':
    case 'concat':
    case 'name':
    case 'parameter':
      throw new PgError('feature_not_supported', 'arguments of EXECUTE must be constants', {
        position1: positionOf(context, expr.offset0),
      });
  }
}
