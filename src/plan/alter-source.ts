import type { AlterSource } from '../sql/index.ts';
import { doesNotExist } from './clash.ts';
import type { PlanContext } from './context.ts';
import { writtenName } from './names.ts';
import { type NothingPlan, nothing } from './nothing.ts';
import type { ObjectRef } from './object-ref.ts';
import { alteredObject } from './resolve-object.ts';

export interface AlterSourcePlan {
  readonly kind: 'alter-source';
  readonly target: ObjectRef;
}

export function planAlterSource(statement: AlterSource, context: PlanContext): AlterSourcePlan | NothingPlan {
  const target = alteredObject(context, { ...statement, objectKind: 'source' });
  if (target === undefined) return nothing('ALTER SOURCE', doesNotExist('source', writtenName(statement.name)));
  return { kind: 'alter-source', target };
}
