import type { ShowCreatePlan } from '../plan/index.ts';
import { type Outcome, type ResultColumn, done } from './outcome.ts';

export const showCreateColumns: readonly ResultColumn[] = [
  { name: 'name', type: 'text' },
  { name: 'create_sql', type: 'text' },
];

export const executeShowCreate = (plan: ShowCreatePlan): Outcome =>
  done('SELECT', { rows: { columns: showCreateColumns, rows: [[plan.name, plan.createSql]] } });
