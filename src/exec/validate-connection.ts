import type { ValidateConnectionPlan } from '../plan/index.ts';
import { checkConnection } from './check-connection.ts';
import { type Outcome, done } from './outcome.ts';
import type { ExecContext } from './rooms.ts';

/** One fresh walk through all stages, whatever failed before. */
export async function executeValidateConnection(plan: ValidateConnectionPlan, context: ExecContext): Promise<Outcome> {
  const { notices } = await context.memo.once(`validate ${plan.connection.item.id}`, () =>
    checkConnection(plan.connection, context, true),
  );
  return done('VALIDATE CONNECTION', { notices });
}
