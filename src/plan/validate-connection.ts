import type { ValidateConnection } from '../sql/index.ts';
import type { PlanContext } from './context.ts';
import { type StoredConnection, resolveConnection, storedConnection } from './stored.ts';

export interface ValidateConnectionPlan {
  readonly kind: 'validate-connection';
  readonly connection: StoredConnection;
}

export function planValidateConnection(statement: ValidateConnection, context: PlanContext): ValidateConnectionPlan {
  return {
    kind: 'validate-connection',
    connection: storedConnection(context, resolveConnection(context, statement.name)),
  };
}
