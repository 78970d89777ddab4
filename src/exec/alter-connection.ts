import type { AlterConnectionPlan } from '../plan/index.ts';
import { checkConnection } from './check-connection.ts';
import { type Outcome, done } from './outcome.ts';
import type { ExecContext } from './rooms.ts';

/** Checks the new definition where wanted, before it is stored; dependants follow it at their next dial. */
export async function executeAlterConnection(plan: AlterConnectionPlan, context: ExecContext): Promise<Outcome> {
  const { effects, after } = plan;
  const snapshot = context.plan.snapshot.apply(effects.changes);
  const checked = plan.validate
    ? await context.memo.once(`validate ${after.item.createSql} ${after.item.dependsOn.join()}`, () =>
        checkConnection(after, { ...context, plan: { ...context.plan, snapshot } }, false),
      )
    : undefined;
  const { observations } = context.rooms;
  return done('ALTER CONNECTION', {
    changes: effects.changes,
    audit: effects.audit,
    notices: [...effects.notices, ...(checked?.notices ?? [])],
    ...(plan.forgetsObserved ? { afterCommit: () => observations.hostKeysForgotten(after.item.id) } : {}),
  });
}
