import type { Cursor } from './cursor.ts';
import type { Keyword } from './keywords.ts';
import { printIdent } from './quote.ts';

const compound: readonly (readonly Keyword[])[] = [
  ['DOUBLE', 'PRECISION'],
  ['CHARACTER', 'VARYING'],
];

/** A type's name as canonical text: `character varying(10)`, `timestamp with time zone`, `pg_catalog.int4[]`. */
export function parseType(cursor: Cursor): string {
  let type = parseTypeName(cursor);
  if (cursor.at('left-parenthesis')) type += `(${cursor.parenthesised(() => cursor.expectInteger()).join(', ')})`;
  if (/^time(stamp)?(\(|$)/.test(type)) {
    for (const word of ['WITH', 'WITHOUT'] as const) {
      if (cursor.takeKeywords(word, 'TIME', 'ZONE')) type += ` ${word.toLowerCase()} time zone`;
    }
  }
  while (cursor.take('left-bracket')) {
    cursor.expect('right-bracket');
    type += '[]';
  }
  return type;
}

function parseTypeName(cursor: Cursor): string {
  for (const words of compound) {
    if (cursor.takeKeywords(...words)) return words.join(' ').toLowerCase();
  }
  const parts = [parsePart(cursor)];
  while (cursor.take('dot')) parts.push(parsePart(cursor));
  return parts.join('.');
}

/** A quoted part stays quoted: `"char"` and `char` are different types. */
function parsePart(cursor: Cursor): string {
  const quoted = cursor.at('quoted');
  const { value } = cursor.expectIdent();
  return quoted ? `"${value.replaceAll('"', '""')}"` : printIdent(value);
}
