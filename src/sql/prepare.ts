import type { Ident } from './ast.ts';
import type { Cursor } from './cursor.ts';
import type { PrintContext } from './print-context.ts';
import { printIdent } from './quote.ts';
import { parseType } from './types.ts';

/** Source: PostgreSQL 16, PREPARE. */
export interface Prepare {
  readonly kind: 'prepare';
  readonly name: Ident;
  readonly types: readonly string[];
  /** The statement's text and where it begins. */
  readonly body: string;
  readonly bodyOffset0: number;
}

/** After PREPARE. */
export function parsePrepare(cursor: Cursor): Prepare {
  const name = cursor.expectIdent();
  const types = cursor.at('left-parenthesis') ? cursor.parenthesised(() => parseType(cursor)) : [];
  cursor.expectKeyword('AS');
  return { kind: 'prepare', name, types, ...parseBody(cursor) };
}

/** The rest of the statement as text: it is split and parsed when it is used. */
export function parseBody(cursor: Cursor): { readonly body: string; readonly bodyOffset0: number } {
  if (cursor.atEnd()) throw cursor.expected('a statement');
  const bodyOffset0 = cursor.offset0;
  return { body: cursor.rest(), bodyOffset0 };
}

export function printPrepare(statement: Prepare, context: PrintContext): string {
  const types = statement.types.length === 0 ? '' : ` (${statement.types.join(', ')})`;
  return `PREPARE ${printIdent(statement.name.value)}${types} AS ${context.body(statement.body)}`;
}
