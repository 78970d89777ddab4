import type { RoleRow } from '../catalog/index.ts';
import type { SetRole } from '../sql/index.ts';
import type { PlanContext } from './context.ts';
import { resolveRole } from './resolve-object.ts';

export interface SetRolePlan {
  readonly kind: 'set-role';
  /** null: back to the role that logged in. */
  readonly role: RoleRow | null;
  readonly target: 'role' | 'session authorization';
  /** Until the transaction ends. */
  readonly local: boolean;
}

export function planSetRole(statement: SetRole, context: PlanContext): SetRolePlan {
  return {
    kind: 'set-role',
    role: statement.role === null ? null : resolveRole(context, statement.role),
    target: statement.target,
    local: statement.scope === 'local',
  };
}
