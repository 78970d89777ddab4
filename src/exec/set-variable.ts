import type { ResetAllPlan, SetVariablePlan } from '../plan/index.ts';
import { type Outcome, done } from './outcome.ts';
import type { ExecContext } from './rooms.ts';

export function executeSetVariable(plan: SetVariablePlan, { session }: ExecContext): Outcome {
  session.setVariable(plan);
  return done(plan.tag);
}

export function executeResetAll(_plan: ResetAllPlan, { session }: ExecContext): Outcome {
  session.resetAll();
  return done('RESET');
}
