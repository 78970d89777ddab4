import type { Ident } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { printIdent } from './quote.ts';

/** Source: PostgreSQL 16, DEALLOCATE. */
export interface Deallocate {
  readonly kind: 'deallocate';
  /** null: ALL. */
  readonly name: Ident | null;
}

/** After DEALLOCATE. */
export function parseDeallocate(cursor: Cursor): Deallocate {
  if (cursor.atIdent(1)) cursor.takeKeyword('PREPARE');
  return { kind: 'deallocate', name: cursor.takeKeyword('ALL') ? null : cursor.expectIdent() };
}

export const printDeallocate = (statement: Deallocate): string =>
  `DEALLOCATE ${statement.name === null ? 'ALL' : printIdent(statement.name.value)}`;
