import type { SetRolePlan } from '../plan/index.ts';
import { type Outcome, done } from './outcome.ts';
import type { ExecContext } from './rooms.ts';

export function executeSetRole(plan: SetRolePlan, { session }: ExecContext): Outcome {
  session.setRole(plan);
  return done('SET');
}
