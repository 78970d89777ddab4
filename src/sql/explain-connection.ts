import type { Name } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseRawName } from './names.ts';
import { printName } from './quote.ts';

/** How a connection is reached, hop by hop; with ANALYZE each hop is tried. This server's own. */
export interface ExplainConnection {
  readonly kind: 'explain-connection';
  readonly name: Name;
  readonly analyze: boolean;
}

/** After EXPLAIN. */
export function parseExplainConnection(cursor: Cursor): ExplainConnection {
  const analyze = parseAnalyze(cursor);
  if (!cursor.takeKeyword('CONNECTION'))
    throw cursor.expected('one of CONNECTION or a query', undefined, ['CONNECTION']);
  return { kind: 'explain-connection', name: parseRawName(cursor), analyze };
}

/** `ANALYZE`, `(ANALYZE)` or `(ANALYZE false)`. */
function parseAnalyze(cursor: Cursor): boolean {
  if (cursor.takeKeyword('ANALYZE')) return true;
  if (!cursor.at('left-parenthesis')) return false;
  const written = cursor.parenthesised(() => {
    cursor.expectKeyword('ANALYZE');
    return cursor.takeOneOf(['TRUE', 'FALSE']) !== 'FALSE';
  });
  return written.at(-1) ?? false;
}

export const printExplainConnection = (statement: ExplainConnection): string =>
  `EXPLAIN ${statement.analyze ? '(ANALYZE) ' : ''}CONNECTION ${printName(statement.name)}`;
