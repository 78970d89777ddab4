import type { Ident } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { printIdent } from './quote.ts';

/** Source: PostgreSQL 16, CLOSE. */
export interface CloseCursor {
  readonly kind: 'close-cursor';
  /** null: ALL. */
  readonly name: Ident | null;
}

/** After CLOSE. */
export const parseCloseCursor = (cursor: Cursor): CloseCursor => ({
  kind: 'close-cursor',
  name: cursor.takeKeyword('ALL') ? null : cursor.expectIdent(),
});

export const printCloseCursor = (statement: CloseCursor): string =>
  `CLOSE ${statement.name === null ? 'ALL' : printIdent(statement.name.value)}`;
