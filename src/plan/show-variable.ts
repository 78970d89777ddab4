import type { ShowVariable } from '../sql/index.ts';
import type { PlanContext } from './context.ts';
import { positionOf } from './names.ts';
import { unknownVariable } from './set-variable.ts';
import { findVariable, isCustomVariable } from './variables.ts';

export interface ShowVariablePlan {
  readonly kind: 'show-variable';
  readonly name: string;
  readonly position1: number;
}

export interface ShowAllPlan {
  readonly kind: 'show-all';
}

export function planShowVariable(statement: ShowVariable, context: PlanContext): ShowVariablePlan | ShowAllPlan {
  const written = statement.variable.value;
  if (written === 'all') return { kind: 'show-all' };
  const position1 = positionOf(context, statement.variable.offset0);
  const variable = findVariable(written);
  if (variable === undefined && !isCustomVariable(written)) throw unknownVariable(written, position1);
  return { kind: 'show-variable', name: variable?.name ?? written, position1 };
}
