import type { ResetAllPlan } from '../plan/index.ts';
import { type Outcome, done } from './outcome.ts';
import type { ExecContext } from './rooms.ts';

/** RESET ALL; the RESET of one variable is planned as the setting of its default (set-variable.ts). */
export function executeResetAll(_plan: ResetAllPlan, { session }: ExecContext): Outcome {
  session.resetAll();
  return done('RESET');
}
