import type { ResetVariable } from '../sql/index.ts';
import type { PlanContext } from './context.ts';
import { type SetVariablePlan, settableVariable } from './set-variable.ts';

export interface ResetAllPlan {
  readonly kind: 'reset-all';
}

export function planResetVariable(statement: ResetVariable, context: PlanContext): SetVariablePlan | ResetAllPlan {
  if (statement.variable.value === 'all') return { kind: 'reset-all' };
  const variable = settableVariable(statement.variable, context);
  return {
    kind: 'set-variable',
    tag: 'RESET',
    name: variable?.name ?? statement.variable.value,
    value: null,
    local: false,
  };
}
