import { PgError } from '../errors/index.ts';
import type { Prepare } from '../sql/index.ts';
import type { PlanContext } from './context.ts';
import { positionOf } from './names.ts';
import { typeOid } from './type-names.ts';

export interface PreparePlan {
  readonly kind: 'prepare';
  readonly name: string;
  /** Type oids; 0 for what is to be inferred. */
  readonly types: readonly number[];
  readonly body: string;
  readonly bodyOffset0: number;
}

export function planPrepare(statement: Prepare, context: PlanContext): PreparePlan {
  const types = statement.types.map((type) => {
    const oid = typeOid(type);
    if (oid !== undefined) return oid;
    throw new PgError('undefined_object', `type "${type}" does not exist`, {
      position1: positionOf(context, statement.name.offset0),
    });
  });
  return {
    kind: 'prepare',
    name: statement.name.value,
    types,
    body: statement.body,
    bodyOffset0: statement.bodyOffset0,
  };
}
