import type { CreateTableFromSource } from '../sql/index.ts';
import { clash } from './clash.ts';
import type { PlanContext } from './context.ts';
import { resolveNewItem } from './names.ts';
import { type NothingPlan, nothing } from './nothing.ts';
import { resolveObject } from './resolve-object.ts';

export interface CreateTableFromSourcePlan {
  readonly kind: 'create-table-from-source';
}

export function planCreateTableFromSource(
  statement: CreateTableFromSource,
  context: PlanContext,
): CreateTableFromSourcePlan | NothingPlan {
  const target = resolveNewItem(context, statement.name);
  resolveObject(context, 'source', statement.source);
  const exists = clash(context, target, statement.name, statement.ifNotExists);
  return exists === undefined ? { kind: 'create-table-from-source' } : nothing('CREATE TABLE', exists);
}
