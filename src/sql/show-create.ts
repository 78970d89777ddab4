import type { Name, ObjectKind } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseRawName } from './names.ts';
import { expectObjectKind, printObjectKind } from './object-kinds.ts';
import { printName } from './quote.ts';

/** Source: Materialize docs, SHOW CREATE CONNECTION and its siblings. */
export interface ShowCreate {
  readonly kind: 'show-create';
  readonly objectKind: ObjectKind;
  readonly redacted: boolean;
  readonly name: Name;
}

const showable = [
  'connection',
  'source',
  'table',
  'view',
  'materialized view',
  'sink',
  'index',
  'type',
  'cluster',
] as const;

/** After SHOW [REDACTED] CREATE. */
export function parseShowCreate(cursor: Cursor, redacted: boolean): ShowCreate {
  if (cursor.atKeyword('SECRET')) cursor.expectOneOf(['CONNECTION', 'SOURCE', 'TABLE'], secretHint);
  const objectKind = expectObjectKind<ObjectKind>(cursor, showable);
  return { kind: 'show-create', objectKind, redacted, name: parseRawName(cursor) };
}

const secretHint = 'A secret shows nothing but its name: use SHOW SECRETS.';

export const printShowCreate = (statement: ShowCreate): string =>
  `SHOW ${statement.redacted ? 'REDACTED ' : ''}CREATE ${printObjectKind(statement.objectKind)} ${printName(statement.name)}`;
