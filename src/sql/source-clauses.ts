import { unreachable } from '../errors/index.ts';
import type { Ident, Name, WithOption } from './ast.ts';
import type { Cursor } from './cursor.ts';
import type { Keyword } from './keywords.ts';
import { parseName } from './names.ts';
import { parseOptionalValue, takeEquals } from './option-values.ts';
import { printOptionValue } from './print-option-value.ts';
import { printIdent, printLiteral, printName } from './quote.ts';
import { expectKeywordPhrase } from './with-options.ts';

/** Metadata of a message as columns: INCLUDE KEY AS k, HEADER 'h' AS c BYTES. */
export type IncludedMetadata =
  | { readonly kind: 'key' | 'timestamp' | 'partition' | 'offset' | 'headers'; readonly alias: Ident | null }
  | { readonly kind: 'header'; readonly header: string; readonly alias: Ident; readonly bytes: boolean };

/** `[INCLUDE meta, …]`. */
export function parseInclude(cursor: Cursor): readonly IncludedMetadata[] {
  return cursor.takeKeyword('INCLUDE') ? cursor.list(() => parseMetadata(cursor)) : [];
}

function parseMetadata(cursor: Cursor): IncludedMetadata {
  const word = cursor.expectOneOf(['KEY', 'TIMESTAMP', 'PARTITION', 'OFFSET', 'HEADERS', 'HEADER']);
  if (word === 'HEADER') {
    const header = cursor.expectString();
    cursor.expectKeyword('AS');
    return { kind: 'header', header, alias: cursor.expectIdent(), bytes: cursor.takeKeyword('BYTES') };
  }
  const kind = (
    { KEY: 'key', TIMESTAMP: 'timestamp', PARTITION: 'partition', OFFSET: 'offset', HEADERS: 'headers' } as const
  )[word];
  return { kind, alias: cursor.takeKeyword('AS') ? cursor.expectIdent() : null };
}

export const printInclude = (include: readonly IncludedMetadata[]): string =>
  include.length === 0 ? '' : ` INCLUDE ${include.map((meta) => printMetadata(meta)).join(', ')}`;

function printMetadata(meta: IncludedMetadata): string {
  if (meta.kind === 'header') {
    return `HEADER ${printLiteral(meta.header)} AS ${printIdent(meta.alias.value)}${meta.bytes ? ' BYTES' : ''}`;
  }
  return `${meta.kind.toUpperCase()}${meta.alias === null ? '' : ` AS ${printIdent(meta.alias.value)}`}`;
}

export type SourceEnvelope =
  | { readonly kind: 'none' | 'debezium' | 'materialize' }
  /** `inlineErrors`: VALUE DECODING ERRORS = (INLINE [AS alias]). */
  | { readonly kind: 'upsert'; readonly inlineErrors: { readonly alias: Ident | null } | null };

/** `[ENVELOPE …]`. */
export function parseEnvelope(cursor: Cursor): SourceEnvelope | null {
  if (!cursor.takeKeyword('ENVELOPE')) return null;
  const word = cursor.expectOneOf(['NONE', 'DEBEZIUM', 'UPSERT', 'MATERIALIZE']);
  switch (word) {
    case 'NONE':
      return { kind: 'none' };
    case 'DEBEZIUM':
      return { kind: 'debezium' };
    case 'MATERIALIZE':
      return { kind: 'materialize' };
    case 'UPSERT':
      return { kind: 'upsert', inlineErrors: cursor.at('left-parenthesis') ? parseInlineErrors(cursor) : null };
    default:
      return unreachable(word);
  }
}

function parseInlineErrors(cursor: Cursor): { readonly alias: Ident | null } {
  cursor.next();
  cursor.expectKeywords('VALUE', 'DECODING', 'ERRORS');
  takeEquals(cursor);
  const wrapped = cursor.take('left-parenthesis');
  cursor.expectKeyword('INLINE');
  const alias = cursor.takeKeyword('AS') ? cursor.expectIdent() : null;
  if (wrapped) cursor.expect('right-parenthesis');
  cursor.take('comma');
  cursor.expect('right-parenthesis');
  return { alias };
}

export function printEnvelope(envelope: SourceEnvelope | null): string {
  if (envelope === null) return '';
  if (envelope.kind !== 'upsert') return ` ENVELOPE ${envelope.kind.toUpperCase()}`;
  if (envelope.inlineErrors === null) return ' ENVELOPE UPSERT';
  const { alias } = envelope.inlineErrors;
  return ` ENVELOPE UPSERT (VALUE DECODING ERRORS = (INLINE${alias === null ? '' : ` AS ${printIdent(alias.value)}`}))`;
}

/** An upstream table and what it is called here. */
export interface ExternalReference {
  readonly reference: Name;
  readonly alias: Name | null;
}

/** `ref [AS | INTO name]`. */
export function parseReference(cursor: Cursor): ExternalReference {
  const reference = parseName(cursor);
  return { reference, alias: cursor.takeOneOf(['AS', 'INTO']) === undefined ? null : parseName(cursor) };
}

export const printReference = ({ reference, alias }: ExternalReference): string =>
  `${printName(reference)}${alias === null ? '' : ` AS ${printName(alias)}`}`;

const ignoreColumns = 'IGNORE COLUMNS';
const retainHistory = 'RETAIN HISTORY';

/** An option of a source: IGNORE COLUMNS is an old word for EXCLUDE COLUMNS, RETAIN HISTORY has FOR before its value. */
export function parseSourceOption(cursor: Cursor, phrases: readonly (readonly Keyword[])[]): WithOption {
  const { offset0 } = cursor;
  const written = expectKeywordPhrase(cursor, phrases);
  const name = written === ignoreColumns ? 'EXCLUDE COLUMNS' : written;
  if (name === retainHistory) {
    takeEquals(cursor);
    cursor.expectKeyword('FOR');
  }
  return { name, value: parseOptionalValue(cursor), offset0 };
}

/** `[WITH (option, …)]`. */
export function parseSourceWith(cursor: Cursor, phrases: readonly (readonly Keyword[])[]): readonly WithOption[] {
  return cursor.takeKeyword('WITH') ? cursor.parenthesised(() => parseSourceOption(cursor, phrases)) : [];
}

/** ` WITH (…)`, or nothing. */
export const printSourceWith = (options: readonly WithOption[]): string =>
  options.length === 0 ? '' : ` WITH (${printSourceOptions(options)})`;

export const printSourceOptions = (options: readonly WithOption[]): string =>
  options.map((option) => printSourceOption(option)).join(', ');

function printSourceOption({ name, value }: WithOption): string {
  const printed = value === null ? '' : printOptionValue(value);
  if (name === retainHistory) return `${name} = FOR ${printed}`;
  return value === null ? name : `${name} = ${printed}`;
}
