import type { TransactionPlan } from '../plan/index.ts';
import { type Outcome, done } from './outcome.ts';
import type { ExecContext } from './rooms.ts';

export async function executeTransaction(plan: TransactionPlan, { session }: ExecContext): Promise<Outcome> {
  return done(await session.transaction(plan));
}
