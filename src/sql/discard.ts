import { unreachable } from '../errors/index.ts';
import type { Cursor } from './cursor.ts';

/** Source: PostgreSQL 16, DISCARD, UNLISTEN. */
export interface Discard {
  readonly kind: 'discard';
  readonly what: 'all' | 'plans' | 'sequences' | 'temporary' | 'notifications';
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

/** After UNLISTEN, which pools say of a connection that comes back. Nothing can be listened to here: one channel is as good as all. */
export function parseUnlisten(cursor: Cursor): Discard {
  if (!cursor.take('star')) cursor.expectIdent();
  return { kind: 'discard', what: 'notifications' };
}

export const printDiscard = ({ what }: Discard): string =>
  what === 'notifications' ? 'UNLISTEN *' : `DISCARD ${what.toUpperCase()}`;
