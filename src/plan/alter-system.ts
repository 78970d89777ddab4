import { type Change, put, remove } from '../catalog/index.ts';
import { PgError } from '../errors/index.ts';
import type { AlterSystem, Ident } from '../sql/index.ts';
import type { PlanContext } from './context.ts';
import { type CatalogEffects, auditDraft } from './effects.ts';
import { positionOf } from './names.ts';
import { unknownVariable } from './set-variable.ts';
import { canonicalValue } from './variable-values.ts';
import type { Variable } from './variable.ts';
import { findVariable } from './variables.ts';

export interface AlterSystemPlan {
  readonly kind: 'alter-system';
  readonly effects: CatalogEffects;
}

/** ALTER SYSTEM SET | RESET: settings of the server, and defaults of new sessions. */
export function planAlterSystem(statement: AlterSystem, context: PlanContext): AlterSystemPlan {
  const { change } = statement;
  const changes = changesOf(statement, context);
  const details = change.kind === 'reset-all' ? { reset: 'all' } : { [change.kind]: change.variable.value };
  return {
    kind: 'alter-system',
    effects: { changes, audit: [auditDraft(context, 'alter', 'system', details)], notices: [] },
  };
}

function changesOf({ change }: AlterSystem, context: PlanContext): readonly Change[] {
  const { systemSettings } = context.snapshot.tables;
  if (change.kind === 'reset-all') return [...systemSettings.values()].map((row) => remove('systemSettings', row));
  const variable = systemVariable(change.variable, context);
  if (change.kind === 'set' && change.values !== 'default') {
    const value = canonicalValue(variable, change.values, positionOf(context, change.variable.offset0));
    return [put('systemSettings', { name: variable.name, value })];
  }
  const row = systemSettings.get(variable.name);
  return row === undefined ? [] : [remove('systemSettings', row)];
}

function systemVariable(ident: Ident, context: PlanContext): Variable {
  const position1 = positionOf(context, ident.offset0);
  const variable = findVariable(ident.value);
  if (variable === undefined) throw unknownVariable(ident.value, position1);
  if (variable.scope === 'fixed') {
    throw new PgError('cant_change_runtime_param', `parameter "${variable.name}" cannot be changed`, { position1 });
  }
  return variable;
}
