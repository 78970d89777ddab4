import { unreachable } from '../errors/index.ts';
import type { Ident } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { printIdent } from './quote.ts';

/** Source: PostgreSQL 16, FETCH and MOVE. */
export interface Fetch {
  readonly kind: 'fetch';
  readonly move: boolean;
  readonly direction: FetchDirection;
  /** null: ALL. */
  readonly count: number | null;
  readonly cursor: Ident;
}

export type FetchDirection = 'next' | 'prior' | 'first' | 'last' | 'absolute' | 'relative' | 'forward' | 'backward';

type Amount = Pick<Fetch, 'direction' | 'count'>;

/** After FETCH, or MOVE with `move`. */
export function parseFetch(cursor: Cursor, move: boolean): Fetch {
  const amount = parseAmount(cursor);
  if (cursor.atIdent(1)) cursor.takeOneOf(['FROM', 'IN']);
  return { kind: 'fetch', move, ...amount, cursor: cursor.expectIdent() };
}

function parseAmount(cursor: Cursor): Amount {
  if (cursor.at('number') || cursor.at('operator')) return { direction: 'forward', count: parseCount(cursor) };
  if (!cursor.atIdent(1) && !cursor.at('number', 1) && !cursor.at('operator', 1))
    return { direction: 'next', count: 1 };
  const word = cursor.takeOneOf([
    'NEXT',
    'PRIOR',
    'FIRST',
    'LAST',
    'ABSOLUTE',
    'RELATIVE',
    'FORWARD',
    'BACKWARD',
    'ALL',
  ]);
  switch (word) {
    case undefined:
    case 'NEXT':
      return { direction: 'next', count: 1 };
    case 'PRIOR':
      return { direction: 'prior', count: 1 };
    case 'FIRST':
      return { direction: 'first', count: 1 };
    case 'LAST':
      return { direction: 'last', count: 1 };
    case 'ABSOLUTE':
      return { direction: 'absolute', count: parseCount(cursor) };
    case 'RELATIVE':
      return { direction: 'relative', count: parseCount(cursor) };
    case 'FORWARD':
      return { direction: 'forward', count: parseOptionalCount(cursor) };
    case 'BACKWARD':
      return { direction: 'backward', count: parseOptionalCount(cursor) };
    case 'ALL':
      return { direction: 'forward', count: null };
    default:
      return unreachable(word);
  }
}

function parseOptionalCount(cursor: Cursor): number | null {
  if (cursor.takeKeyword('ALL')) return null;
  return cursor.at('number') || cursor.at('operator') ? parseCount(cursor) : 1;
}

function parseCount(cursor: Cursor): number {
  const negative = cursor.takeOperator('-');
  const count = cursor.expectInteger(2_147_483_647);
  return negative && count > 0 ? -count : count;
}

export function printFetch(statement: Fetch): string {
  const verb = statement.move ? 'MOVE' : 'FETCH';
  return `${verb} ${printAmount(statement)} FROM ${printIdent(statement.cursor.value)}`;
}

function printAmount({ direction, count }: Amount): string {
  const word = direction.toUpperCase();
  return ['next', 'prior', 'first', 'last'].includes(direction) ? word : `${word} ${count ?? 'ALL'}`;
}
