import { put } from '../catalog/index.ts';
import type { CreateRolePlan } from '../plan/index.ts';
import { passwordVerifier } from '../secrets/index.ts';
import { type Outcome, done } from './outcome.ts';
import type { ExecContext } from './rooms.ts';

export async function executeCreateRole(plan: CreateRolePlan, context: ExecContext): Promise<Outcome> {
  const { effects, password } = plan;
  const verifier = password == null ? null : await context.memo.once('verifier', () => passwordVerifier(password));
  const role = verifier === null ? [] : [put('roles', { ...plan.role, passwordVerifier: verifier })];
  return done('CREATE ROLE', { ...effects, changes: [...effects.changes, ...role] });
}
