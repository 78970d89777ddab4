import type { OptionValue } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseName, parseRawName } from './names.ts';

/** Whether the option ends here without a value: before a comma, a closing parenthesis or the statement's end. */
export const atOptionEnd = (cursor: Cursor): boolean =>
  cursor.at('right-parenthesis') ||
  cursor.at('right-bracket') ||
  cursor.at('comma') ||
  cursor.atEnd() ||
  (cursor.atKeyword('WITH') && cursor.at('left-parenthesis', 1));

/** `[=] value`, or null when nothing is written. */
export function parseOptionalValue(cursor: Cursor): OptionValue | null {
  if (atOptionEnd(cursor)) return null;
  takeEquals(cursor);
  return parseOptionValue(cursor);
}

/** The optional `=`. @throws PgError 42601 for the signs that people write in its place. */
export function takeEquals(cursor: Cursor): void {
  if (cursor.take('equals') || !cursor.at('operator')) return;
  const { value } = cursor.token;
  if (['=>', ':=', ':', '==', '->'].includes(value)) {
    throw cursor.expected('option value', `Write = between an option and its value, not ${value}.`);
  }
}

export function parseOptionValue(cursor: Cursor): OptionValue {
  const { token, offset0 } = cursor;
  if (token.kind === 'string') return { kind: 'string', value: cursor.next().value, offset0 };
  if (token.kind === 'number') return { kind: 'number', text: cursor.next().value, offset0 };
  if (token.kind === 'keyword') return parseKeywordValue(cursor);
  if (cursor.atIdent()) return { kind: 'name', name: parseName(cursor), offset0 };
  if (cursor.at('left-parenthesis') || cursor.at('left-bracket')) {
    return cursor.nested(() => ({ kind: 'sequence', items: parseSequence(cursor), offset0 }));
  }
  if (cursor.at('number', 1) && cursor.takeOperator('-')) {
    return { kind: 'number', text: `-${cursor.next().value}`, offset0 };
  }
  throw cursor.expected('option value');
}

function parseSequence(cursor: Cursor): readonly OptionValue[] {
  const close = cursor.next().kind === 'left-parenthesis' ? 'right-parenthesis' : 'right-bracket';
  const items = cursor.at(close) ? [] : cursor.listBefore(close, () => parseOptionValue(cursor));
  cursor.expect(close);
  return items;
}

function parseKeywordValue(cursor: Cursor): OptionValue {
  const { offset0 } = cursor;
  if (cursor.takeKeyword('TRUE')) return { kind: 'boolean', value: true, offset0 };
  if (cursor.takeKeyword('FALSE')) return { kind: 'boolean', value: false, offset0 };
  if (cursor.takeKeyword('NULL')) return { kind: 'null', offset0 };
  if (cursor.atKeyword('INTERVAL') && cursor.at('string', 1)) {
    cursor.next();
    return { kind: 'interval', text: cursor.next().value, offset0 };
  }
  if (cursor.atKeyword('MAP') && cursor.at('left-bracket', 1)) return cursor.nested(() => parseMap(cursor));
  if (cursor.atKeyword('SECRET') && (cursor.atIdent(1) || cursor.at('left-bracket', 1))) {
    cursor.next();
    return { kind: 'secret', name: parseRawName(cursor), offset0 };
  }
  return { kind: 'name', name: parseName(cursor), offset0 };
}

function parseMap(cursor: Cursor): OptionValue {
  const offset0 = cursor.next().start0;
  cursor.expect('left-bracket');
  const entries = cursor.at('right-bracket') ? [] : cursor.listBefore('right-bracket', () => parseEntry(cursor));
  cursor.expect('right-bracket');
  return { kind: 'map', entries, offset0 };
}

function parseEntry(cursor: Cursor): { readonly key: string; readonly value: OptionValue } {
  const key = cursor.expectString();
  if (!cursor.takeOperator('=>')) throw cursor.expected('operator "=>"');
  return { key, value: parseOptionValue(cursor) };
}
