import type { Ident } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseIdents } from './names.ts';
import { printIdent, printIdents } from './quote.ts';

/** Source: Materialize docs, REASSIGN OWNED. */
export interface ReassignOwned {
  readonly kind: 'reassign-owned';
  readonly roles: readonly Ident[];
  readonly to: Ident;
}

/** After REASSIGN. */
export function parseReassignOwned(cursor: Cursor): ReassignOwned {
  cursor.expectKeywords('OWNED', 'BY');
  const roles = parseIdents(cursor);
  cursor.expectKeyword('TO');
  return { kind: 'reassign-owned', roles, to: cursor.expectIdent() };
}

export const printReassignOwned = (statement: ReassignOwned): string =>
  `REASSIGN OWNED BY ${printIdents(statement.roles)} TO ${printIdent(statement.to.value)}`;
