import { unreachable } from '../errors/index.ts';
import type { Ident, Name } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseRawName } from './names.ts';
import { printIdents, printLiteral, printName } from './quote.ts';

/** How the bytes of messages become columns. Source: Materialize docs, CREATE SOURCE: Kafka. */
export type SourceFormat =
  | { readonly kind: 'bare'; readonly format: Format }
  | { readonly kind: 'key-value'; readonly key: Format; readonly value: Format };

export type Format =
  | { readonly kind: 'avro-registry' | 'protobuf-registry'; readonly connection: Name }
  | { readonly kind: 'avro-schema'; readonly schema: string }
  | { readonly kind: 'protobuf-schema'; readonly message: string; readonly schema: string }
  | { readonly kind: 'regex'; readonly pattern: string }
  /** `columns`: the names of the header line (none: as they come), or how many there are. */
  | { readonly kind: 'csv'; readonly columns: readonly Ident[] | number; readonly delimiter: string | null }
  | { readonly kind: 'json'; readonly array: boolean }
  | { readonly kind: 'text' | 'bytes' };

/** `[FORMAT f | KEY FORMAT f VALUE FORMAT f]`. */
export function parseSourceFormat(cursor: Cursor): SourceFormat | null {
  if (cursor.takeKeyword('FORMAT')) return { kind: 'bare', format: parseFormat(cursor) };
  if (!cursor.takeKeyword('KEY')) return null;
  cursor.expectKeyword('FORMAT');
  const key = parseFormat(cursor);
  cursor.expectKeywords('VALUE', 'FORMAT');
  return { kind: 'key-value', key, value: parseFormat(cursor) };
}

function parseFormat(cursor: Cursor): Format {
  const word = cursor.expectOneOf(['AVRO', 'PROTOBUF', 'REGEX', 'CSV', 'JSON', 'TEXT', 'BYTES']);
  switch (word) {
    case 'AVRO':
      cursor.expectKeyword('USING');
      return takeRegistry(cursor, 'avro-registry') ?? { kind: 'avro-schema', schema: parseSchema(cursor) };
    case 'PROTOBUF':
      return parseProtobuf(cursor);
    case 'REGEX':
      return { kind: 'regex', pattern: cursor.expectString() };
    case 'CSV':
      return parseCsv(cursor);
    case 'JSON':
      return { kind: 'json', array: cursor.takeKeyword('ARRAY') };
    case 'TEXT':
      return { kind: 'text' };
    case 'BYTES':
      return { kind: 'bytes' };
    default:
      return unreachable(word);
  }
}

function parseProtobuf(cursor: Cursor): Format {
  if (cursor.takeKeyword('MESSAGE')) {
    const message = cursor.expectString();
    cursor.expectKeyword('USING');
    return { kind: 'protobuf-schema', message, schema: parseSchema(cursor) };
  }
  cursor.expectKeyword('USING');
  const registry = takeRegistry(cursor, 'protobuf-registry');
  if (registry === null) throw cursor.expected('CONFLUENT');
  return registry;
}

function takeRegistry(cursor: Cursor, kind: 'avro-registry' | 'protobuf-registry'): Format | null {
  if (!cursor.takeKeyword('CONFLUENT')) return null;
  cursor.expectKeywords('SCHEMA', 'REGISTRY', 'CONNECTION');
  return { kind, connection: parseRawName(cursor) };
}

function parseSchema(cursor: Cursor): string {
  cursor.expectKeyword('SCHEMA');
  return cursor.expectString();
}

/** `WITH HEADER [(names)]` or `WITH n COLUMNS`, then `[DELIMITED BY 'c']`. */
function parseCsv(cursor: Cursor): Format {
  cursor.expectKeyword('WITH');
  const columns = cursor.at('number') ? parseColumnCount(cursor) : parseHeader(cursor);
  let delimiter: string | null = null;
  if (cursor.takeKeyword('DELIMITED')) {
    cursor.expectKeyword('BY');
    const { offset0 } = cursor;
    delimiter = cursor.expectString();
    if (delimiter.length !== 1) throw cursor.error('CSV delimiter must be a single character', undefined, offset0);
  }
  return { kind: 'csv', columns, delimiter: delimiter === ',' ? null : delimiter };
}

function parseColumnCount(cursor: Cursor): number {
  const count = cursor.expectInteger();
  cursor.expectKeyword('COLUMNS');
  return count;
}

function parseHeader(cursor: Cursor): readonly Ident[] {
  cursor.expectOneOf(['HEADER', 'HEADERS']);
  return cursor.at('left-parenthesis') ? cursor.parenthesised(() => cursor.expectIdent()) : [];
}

export function printSourceFormat(format: SourceFormat | null): string {
  if (format === null) return '';
  if (format.kind === 'bare') return ` FORMAT ${printFormat(format.format)}`;
  return ` KEY FORMAT ${printFormat(format.key)} VALUE FORMAT ${printFormat(format.value)}`;
}

function printFormat(format: Format): string {
  switch (format.kind) {
    case 'avro-registry':
      return `AVRO USING CONFLUENT SCHEMA REGISTRY CONNECTION ${printName(format.connection)}`;
    case 'protobuf-registry':
      return `PROTOBUF USING CONFLUENT SCHEMA REGISTRY CONNECTION ${printName(format.connection)}`;
    case 'avro-schema':
      return `AVRO USING SCHEMA ${printLiteral(format.schema)}`;
    case 'protobuf-schema':
      return `PROTOBUF MESSAGE ${printLiteral(format.message)} USING SCHEMA ${printLiteral(format.schema)}`;
    case 'regex':
      return `REGEX ${printLiteral(format.pattern)}`;
    case 'csv':
      return printCsv(format.columns, format.delimiter);
    case 'json':
      return format.array ? 'JSON ARRAY' : 'JSON';
    case 'text':
    case 'bytes':
      return format.kind.toUpperCase();
    default:
      return unreachable(format);
  }
}

function printCsv(columns: readonly Ident[] | number, delimiter: string | null): string {
  const shape =
    typeof columns === 'number'
      ? `${columns} COLUMNS`
      : columns.length === 0
        ? 'HEADER'
        : `HEADER (${printIdents(columns)})`;
  return `CSV WITH ${shape}${delimiter === null ? '' : ` DELIMITED BY ${printLiteral(delimiter)}`}`;
}
