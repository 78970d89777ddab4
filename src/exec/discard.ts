import type { DiscardPlan } from '../plan/index.ts';
import { type Outcome, done } from './outcome.ts';
import type { ExecContext } from './rooms.ts';

export function executeDiscard(plan: DiscardPlan, { session }: ExecContext): Outcome {
  if (plan.what === 'notifications') return done('UNLISTEN');
  session.discard(plan.what);
  return done(`DISCARD ${plan.what === 'temporary' ? 'TEMP' : plan.what.toUpperCase()}`);
}
