import { PgError, notSupported } from '../errors/index.ts';
import type { Fetch } from '../sql/index.ts';
import type { PlanContext } from './context.ts';
import { positionOf } from './names.ts';

export interface FetchPlan {
  readonly kind: 'fetch';
  readonly cursor: string;
  /** MOVE: rows are passed over. */
  readonly move: boolean;
  /** How many rows from here on; null: all that are left. */
  readonly count: number | null;
  readonly position1: number;
}

/** Cursors go forward only, as PostgreSQL's do without SCROLL. @throws PgError 55000 for a way back, 0A000 for ABSOLUTE and the like */
export function planFetch(statement: Fetch, context: PlanContext): FetchPlan {
  const position1 = positionOf(context, statement.cursor.offset0);
  const { direction, count } = statement;
  const plan = (rows: number | null): FetchPlan => ({
    kind: 'fetch',
    cursor: statement.cursor.value,
    move: statement.move,
    count: rows,
    position1,
  });
  switch (direction) {
    case 'next':
      return plan(1);
    case 'forward':
      if (count === null || count >= 0) return plan(count);
      break;
    case 'relative':
      if (count === 1) return plan(1);
      throw notSupported('FETCH RELATIVE is not supported', {
        position1,
        hint: 'Use FETCH NEXT, FETCH count or FETCH ALL.',
      });
    case 'absolute':
    case 'first':
      throw notSupported(`FETCH ${direction.toUpperCase()} is not supported`, {
        position1,
        hint: 'Use FETCH NEXT, FETCH count or FETCH ALL.',
      });
    case 'prior':
    case 'last':
    case 'backward':
      break;
  }
  throw new PgError('object_not_in_prerequisite_state', 'cursor can only scan forward', {
    position1,
    hint: 'Read the rows forward, or run the query again in the other order.',
  });
}
