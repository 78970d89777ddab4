import { unreachable } from '../errors/index.ts';
import type { Cursor } from './cursor.ts';

/** Source: PostgreSQL 16, DISCARD. */
export interface Discard {
  readonly kind: 'discard';
  readonly what: 'all' | 'plans' | 'sequences' | 'temporary';
}

/** After DISCARD. */
export function parseDiscard(cursor: Cursor): Discard {
  const word = cursor.expectOneOf(['ALL', 'PLANS', 'SEQUENCES', 'TEMP', 'TEMPORARY']);
  switch (word) {
    case 'ALL':
      return { kind: 'discard', what: 'all' };
    case 'PLANS':
      return { kind: 'discard', what: 'plans' };
    case 'SEQUENCES':
      return { kind: 'discard', what: 'sequences' };
    case 'TEMP':
    case 'TEMPORARY':
      return { kind: 'discard', what: 'temporary' };
    default:
      return unreachable(word);
  }
}

export const printDiscard = (statement: Discard): string => `DISCARD ${statement.what.toUpperCase()}`;
