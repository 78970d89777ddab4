import type { ExplainConnection } from '../sql/index.ts';
import type { PlanContext } from './context.ts';
import { type StoredConnection, resolveConnection, storedConnection } from './stored.ts';

export interface ExplainConnectionPlan {
  readonly kind: 'explain-connection';
  readonly connection: StoredConnection;
  /** Whether to dial and add times and results. */
  readonly analyze: boolean;
}

export function planExplainConnection(statement: ExplainConnection, context: PlanContext): ExplainConnectionPlan {
  const item = resolveConnection(context, statement.name);
  return { kind: 'explain-connection', connection: storedConnection(context, item), analyze: statement.analyze };
}
