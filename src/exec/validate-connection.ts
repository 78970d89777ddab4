import type { ValidateConnectionPlan } from '../plan/index.ts';
import { checkConnection, factsNotice } from './check-connection.ts';
import { type Outcome, done } from './outcome.ts';
import type { ExecContext } from './rooms.ts';

/** One fresh walk through all stages, whatever failed before; what the server is, is told and not demanded. */
export async function executeValidateConnection(plan: ValidateConnectionPlan, context: ExecContext): Promise<Outcome> {
  const { connection } = plan;
  const checked = await context.memo.once(`validate ${connection.item.id}`, () =>
    checkConnection(connection, context, true),
  );
  return done('VALIDATE CONNECTION', { notices: [...checked.notices, ...factsNotice(connection, checked, context)] });
}
