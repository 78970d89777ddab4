import { put } from '../catalog/index.ts';
import type { AlterRolePlan } from '../plan/index.ts';
import { passwordVerifier } from '../secrets/index.ts';
import { type Outcome, done } from './outcome.ts';
import type { ExecContext } from './rooms.ts';

export async function executeAlterRole(plan: AlterRolePlan, context: ExecContext): Promise<Outcome> {
  const { effects, password, after } = plan;
  if (password === undefined) return done('ALTER ROLE', effects);
  const verifier = password === null ? null : await context.memo.once('verifier', () => passwordVerifier(password));
  return done('ALTER ROLE', { ...effects, changes: [put('roles', { ...after, passwordVerifier: verifier })] });
}
