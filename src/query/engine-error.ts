import type { Snapshot } from '../catalog/index.ts';
import { PgError, type SqlStateName, sqlStates, toPosition1 } from '../errors/index.ts';
import type { ReadStatement } from './contract.ts';
import { type Admission, originalOffset } from './gate/verdict.ts';
import { readFields } from './mirror/backend-messages.ts';

const names = new Map(Object.entries(sqlStates).map(([name, code]) => [code as string, name as SqlStateName]));

/** The engine's ErrorResponse as ours: its position counts in the string that the client sent. */
export function engineError(
  message: Uint8Array,
  statement: ReadStatement,
  admission: Admission,
  snapshot: Snapshot,
): PgError {
  const fields = readFields(message);
  const code = fields.get('C') ?? '';
  const { parameter } = admission;
  // Whoever sends values has had them counted: this text was sent without a place for any.
  if (parameter !== undefined && fields.get('M')?.startsWith('bind message supplies') === true) {
    const position1 = toPosition1(statement.source, statement.offset0 + parameter.offset0);
    return new PgError('undefined_parameter', `there is no parameter $${parameter.number}`, { position1 });
  }
  const error = new PgError(names.get(code) ?? 'internal_error', fields.get('M') ?? 'unknown error', {
    detail: fields.get('D'),
    hint: fields.get('H') ?? hintOfConnection(fields.get('M') ?? '', snapshot),
    position1: positionOf(fields.get('P'), statement, admission),
    schema: fields.get('s'),
    table: fields.get('t'),
    column: fields.get('c'),
    constraint: fields.get('n'),
  });
  // The engine knows more SQLSTATEs than this server sends of its own.
  return names.has(code) || code === '' ? error : Object.assign(error, { code });
}

/** Connections have names, and are not read. */
function hintOfConnection(message: string, { tables }: Snapshot): string | undefined {
  const [, relation] = /^relation "(.+)" does not exist$/s.exec(message) ?? [];
  if (relation === undefined) return undefined;
  const last = relation.slice(relation.lastIndexOf('.') + 1);
  const item = tables.items.find(({ kind, name }) => kind === 'connection' && (name === relation || name === last));
  if (item === undefined) return undefined;
  return `"${item.name}" is a connection, not a relation. SHOW CREATE CONNECTION describes it; clients get to the database behind one TO POSTGRES by naming it as their database.`;
}

function positionOf(position: string | undefined, statement: ReadStatement, admission: Admission): number | undefined {
  if (position === undefined) return undefined;
  const inStatement = originalOffset(admission.edits, utf16Offset(admission.text, Number(position)));
  return toPosition1(statement.source, statement.offset0 + inStatement);
}

/** From characters counted from 1 to UTF-16 units from 0. */
function utf16Offset(text: string, position1: number): number {
  let offset = 0;
  for (let character = 1; character < position1 && offset < text.length; character += 1) {
    const point = text.codePointAt(offset) ?? 0;
    offset += point > 0xffff ? 2 : 1;
  }
  return offset;
}
