import type { SetVariablePlan } from '../plan/index.ts';
import { type Outcome, done } from './outcome.ts';
import type { ExecContext } from './rooms.ts';

export function executeSetVariable(plan: SetVariablePlan, { session }: ExecContext): Outcome {
  session.setVariable(plan);
  return done(plan.tag);
}
