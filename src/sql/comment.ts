import type { Name, ObjectKind } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseRawName } from './names.ts';
import { expectObjectKind, objectKinds, printObjectKind } from './object-kinds.ts';
import { printLiteral, printName } from './quote.ts';

/** Source: Materialize docs, COMMENT ON. */
export interface Comment {
  readonly kind: 'comment';
  readonly objectKind: ObjectKind | 'column';
  /** Of a column: relation and column, the column last. */
  readonly name: Name;
  readonly comment: string | null;
  readonly commentOffset0: number;
}

/** After COMMENT. */
export function parseComment(cursor: Cursor): Comment {
  cursor.expectKeyword('ON');
  const objectKind = cursor.takeKeyword('COLUMN') ? 'column' : expectObjectKind(cursor, objectKinds, 'one', ['COLUMN']);
  const name = objectKind === 'column' ? parseColumnName(cursor) : parseRawName(cursor);
  cursor.expectKeyword('IS');
  const commentOffset0 = cursor.offset0;
  const comment = cursor.takeKeyword('NULL') ? null : cursor.expectString();
  return { kind: 'comment', objectKind, name, comment, commentOffset0 };
}

function parseColumnName(cursor: Cursor): Name {
  const name = parseRawName(cursor);
  if (name.parts.length < 2) throw cursor.error('need to specify an object and a column', undefined, name.offset0);
  return name;
}

export function printComment(statement: Comment): string {
  const kind = statement.objectKind === 'column' ? 'COLUMN' : printObjectKind(statement.objectKind);
  const comment = statement.comment === null ? 'NULL' : printLiteral(statement.comment);
  return `COMMENT ON ${kind} ${printName(statement.name)} IS ${comment}`;
}
