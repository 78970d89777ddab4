import { PgError, nearest } from '../errors/index.ts';
import type { Ident, SetVariable } from '../sql/index.ts';
import type { PlanContext } from './context.ts';
import { positionOf } from './names.ts';
import { canonicalValue } from './variable-values.ts';
import type { Variable } from './variable.ts';
import { findVariable, isCustomVariable, variables } from './variables.ts';

export interface SetVariablePlan {
  readonly kind: 'set-variable';
  readonly tag: 'SET' | 'RESET';
  readonly name: string;
  /** null: back to the default. */
  readonly value: string | null;
  readonly local: boolean;
}

export function planSetVariable(statement: SetVariable, context: PlanContext): SetVariablePlan {
  const { name, value } = settableValue(statement.variable, statement.values, context);
  return { kind: 'set-variable', tag: 'SET', name, value, local: statement.scope === 'local' };
}

/** A variable of the session by name. @throws PgError 42704, 55P02 */
export function settableVariable(ident: Ident, context: PlanContext): Variable | undefined {
  const position1 = positionOf(context, ident.offset0);
  const variable = findVariable(ident.value);
  if (variable === undefined) {
    if (isCustomVariable(ident.value)) return undefined;
    throw unknownVariable(ident.value, position1);
  }
  if (variable.scope === 'session') return variable;
  throw new PgError('cant_change_runtime_param', `parameter "${variable.name}" cannot be changed`, {
    position1,
    hint:
      variable.scope === 'system'
        ? `Use ALTER SYSTEM SET ${variable.name} = …; it holds for the whole server.`
        : undefined,
  });
}

export function unknownVariable(name: string, position1: number): PgError {
  const near = nearest(
    name,
    variables.map((variable) => variable.name),
  );
  return new PgError('undefined_object', `unrecognized configuration parameter "${name}"`, {
    position1,
    hint: `${near === undefined ? '' : `Did you mean "${near}"? `}SHOW ALL lists the parameters.`,
  });
}

export function settableValue(
  ident: Ident,
  values: readonly string[] | 'default',
  context: PlanContext,
): { readonly name: string; readonly value: string | null } {
  const variable = settableVariable(ident, context);
  const name = variable?.name ?? ident.value;
  if (values === 'default') return { name, value: null };
  const value =
    variable === undefined ? values.join(', ') : canonicalValue(variable, values, positionOf(context, ident.offset0));
  return { name, value };
}
