import type { Ident } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { type Behaviour, parseBehaviour, printBehaviour } from './drop.ts';
import { parseIdents } from './names.ts';
import { printIdents } from './quote.ts';

/** Source: Materialize docs, DROP OWNED. */
export interface DropOwned {
  readonly kind: 'drop-owned';
  readonly roles: readonly Ident[];
  readonly behaviour: Behaviour | null;
}

/** After DROP OWNED. */
export function parseDropOwned(cursor: Cursor): DropOwned {
  cursor.expectKeyword('BY');
  return { kind: 'drop-owned', roles: parseIdents(cursor), behaviour: parseBehaviour(cursor) };
}

export const printDropOwned = (statement: DropOwned): string =>
  `DROP OWNED BY ${printIdents(statement.roles)}${printBehaviour(statement.behaviour)}`;
