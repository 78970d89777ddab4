import { notSupported } from '../errors/index.ts';
import type { ShowCreate } from '../sql/index.ts';
import type { PlanContext } from './context.ts';
import { fullName, positionOf } from './names.ts';
import type { ObjectRef } from './object-ref.ts';
import { resolveObject } from './resolve-object.ts';
import { parseStored } from './stored.ts';

export interface ShowCreatePlan {
  readonly kind: 'show-create';
  readonly target: ObjectRef;
  readonly name: string;
  readonly createSql: string;
}

/** One row: the three-part name, and the canonical statement with its semicolon. */
export function planShowCreate(statement: ShowCreate, context: PlanContext): ShowCreatePlan {
  const target = resolveObject(context, statement.objectKind, statement.name);
  if (target.kind !== 'item' || target.row.kind !== 'connection') {
    throw notSupported(`SHOW CREATE ${statement.objectKind.toUpperCase()} is not supported`, {
      position1: positionOf(context, statement.name.offset0),
    });
  }
  const setAside = context.setAside.has(target.row.id);
  const text = setAside
    ? target.row.createSql
    : context.sql.print(parseStored(context, target.row), statement.redacted ? 'redacted' : 'canonical');
  return { kind: 'show-create', target, name: fullName(context, target.row), createSql: `${text};` };
}
