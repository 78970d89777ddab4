import type { Ident } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseBody } from './prepare.ts';
import type { PrintContext } from './print-context.ts';
import { printIdent } from './quote.ts';

/** Source: PostgreSQL 16, DECLARE. */
export interface DeclareCursor {
  readonly kind: 'declare-cursor';
  readonly name: Ident;
  readonly binary: boolean;
  readonly hold: boolean;
  /** null: neither SCROLL nor NO SCROLL. */
  readonly scroll: boolean | null;
  readonly body: string;
  readonly bodyOffset0: number;
}

/** After DECLARE. ASENSITIVE and INSENSITIVE say nothing here: every cursor reads one version. */
export function parseDeclareCursor(cursor: Cursor): DeclareCursor {
  const name = cursor.expectIdent();
  let binary = false;
  let scroll: boolean | null = null;
  for (;;) {
    const word = cursor.expectOneOf(['BINARY', 'ASENSITIVE', 'INSENSITIVE', 'NO', 'SCROLL', 'CURSOR']);
    if (word === 'CURSOR') break;
    if (word === 'NO') cursor.expectKeyword('SCROLL');
    if (word === 'BINARY') binary = true;
    if (word === 'NO' || word === 'SCROLL') scroll = word === 'SCROLL';
  }
  const hold = parseHold(cursor);
  cursor.expectKeyword('FOR');
  return { kind: 'declare-cursor', name, binary, hold, scroll, ...parseBody(cursor) };
}

function parseHold(cursor: Cursor): boolean {
  const word = cursor.takeOneOf(['WITH', 'WITHOUT']);
  if (word === undefined) return false;
  cursor.expectKeyword('HOLD');
  return word === 'WITH';
}

export function printDeclareCursor(statement: DeclareCursor, context: PrintContext): string {
  const binary = statement.binary ? ' BINARY' : '';
  const scroll = statement.scroll === null ? '' : statement.scroll ? ' SCROLL' : ' NO SCROLL';
  const hold = statement.hold ? ' WITH HOLD' : '';
  return `DECLARE ${printIdent(statement.name.value)}${binary}${scroll} CURSOR${hold} FOR ${context.body(statement.body)}`;
}
