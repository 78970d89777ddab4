import { PgError } from '../errors/index.ts';
import type { ShowAllPlan, ShowVariablePlan } from '../plan/index.ts';
import { type Outcome, type ResultColumn, done } from './outcome.ts';
import type { ExecContext } from './rooms.ts';

export const showAllColumns: readonly ResultColumn[] = [
  { name: 'name', type: 'text' },
  { name: 'setting', type: 'text' },
  { name: 'description', type: 'text' },
];

export const showVariableColumns = (name: string): readonly ResultColumn[] => [{ name, type: 'text' }];

export function executeShowVariable(plan: ShowVariablePlan, { session }: ExecContext): Outcome {
  const value = session.variable(plan.name);
  if (value === undefined) {
    throw new PgError('undefined_object', `unrecognized configuration parameter "${plan.name}"`, {
      position1: plan.position1,
      hint: 'SHOW ALL lists the parameters.',
    });
  }
  return done('SHOW', { rows: { columns: showVariableColumns(plan.name), rows: [[value]] } });
}

export function executeShowAll(_plan: ShowAllPlan, { session }: ExecContext): Outcome {
  const rows = session.allVariables().map(({ name, setting, description }) => [name, setting, description]);
  return done('SHOW', { rows: { columns: showAllColumns, rows } });
}
