import type { Ident, Name, WithOption } from './ast.ts';
import type { Cursor } from './cursor.ts';
import type { Keyword } from './keywords.ts';
import { parseIfNotExists, parseName, parseRawName, printIf } from './names.ts';
import { takeEquals } from './option-values.ts';
import { printIdent, printIdents, printName } from './quote.ts';
import {
  type IncludedMetadata,
  parseEnvelope,
  parseInclude,
  parseSourceWith,
  printEnvelope,
  printInclude,
  printSourceWith,
  type SourceEnvelope,
} from './source-clauses.ts';
import { parseSourceFormat, printSourceFormat, type SourceFormat } from './source-format.ts';
import { parseType } from './types.ts';

/** Source: Materialize docs, CREATE TABLE … FROM SOURCE. */
export interface CreateTableFromSource {
  readonly kind: 'create-table-from-source';
  readonly name: Name;
  readonly ifNotExists: boolean;
  readonly columns: TableColumns | null;
  readonly source: Name;
  /** REFERENCE: the table or topic upstream. */
  readonly reference: Name | null;
  readonly format: SourceFormat | null;
  readonly include: readonly IncludedMetadata[];
  readonly envelope: SourceEnvelope | null;
  readonly with: readonly WithOption[];
}

/** Names rename the columns; definitions say their types. */
export type TableColumns =
  | { readonly kind: 'names'; readonly names: readonly Ident[] }
  | { readonly kind: 'definitions'; readonly columns: readonly ColumnDefinition[] };

export interface ColumnDefinition {
  readonly name: Ident;
  readonly type: string;
  readonly notNull: boolean;
}

const withOptions: readonly (readonly Keyword[])[] = [
  ['TEXT', 'COLUMNS'],
  ['EXCLUDE', 'COLUMNS'],
  ['IGNORE', 'COLUMNS'],
  ['PARTITION', 'BY'],
  ['RETAIN', 'HISTORY'],
  ['DETAILS'],
];

/** After CREATE TABLE. */
export function parseCreateTableFromSource(cursor: Cursor): CreateTableFromSource {
  const ifNotExists = parseIfNotExists(cursor);
  const name = parseName(cursor);
  const columns = cursor.at('left-parenthesis') ? parseColumns(cursor) : null;
  const hint = 'Tables hold what a source brings: CREATE TABLE name FROM SOURCE source (REFERENCE upstream_table).';
  cursor.expectKeyword('FROM', hint);
  cursor.expectKeyword('SOURCE');
  const source = parseRawName(cursor);
  const reference = cursor.at('left-parenthesis') ? parseTableReference(cursor) : null;
  const format = parseSourceFormat(cursor);
  const include = parseInclude(cursor);
  const envelope = parseEnvelope(cursor);
  return {
    kind: 'create-table-from-source',
    name,
    ifNotExists,
    columns,
    source,
    reference,
    format,
    include,
    envelope,
    with: parseSourceWith(cursor, withOptions),
  };
}

function parseColumns(cursor: Cursor): TableColumns {
  let names = 0;
  const columns = cursor.parenthesised((): ColumnDefinition => {
    const name = cursor.expectIdent();
    const bare = cursor.at('comma') || cursor.at('right-parenthesis');
    if (bare) names += 1;
    const type = bare ? '' : parseType(cursor);
    return { name, type, notNull: !bare && parseNotNull(cursor) };
  });
  if (names === columns.length) return { kind: 'names', names: columns.map((column) => column.name) };
  if (names > 0)
    throw cursor.error('cannot mix column definitions and column names', undefined, columns[0]?.name.offset0);
  return { kind: 'definitions', columns };
}

function parseNotNull(cursor: Cursor): boolean {
  if (cursor.takeKeyword('NULL') || !cursor.takeKeyword('NOT')) return false;
  cursor.expectKeyword('NULL');
  return true;
}

function parseTableReference(cursor: Cursor): Name {
  cursor.expect('left-parenthesis');
  cursor.expectKeyword('REFERENCE');
  takeEquals(cursor);
  const name = parseName(cursor);
  cursor.take('comma');
  cursor.expect('right-parenthesis');
  return name;
}

export function printCreateTableFromSource(statement: CreateTableFromSource): string {
  const head = `CREATE TABLE ${printIf(statement.ifNotExists, 'IF NOT EXISTS')}${printName(statement.name)}`;
  const clauses = [
    statement.columns === null ? '' : ` (${printColumns(statement.columns)})`,
    ` FROM SOURCE ${printName(statement.source)}`,
    statement.reference === null ? '' : ` (REFERENCE = ${printName(statement.reference)})`,
    printSourceFormat(statement.format),
    printInclude(statement.include),
    printEnvelope(statement.envelope),
    printSourceWith(statement.with),
  ];
  return `${head}${clauses.join('')}`;
}

function printColumns(columns: TableColumns): string {
  if (columns.kind === 'names') return printIdents(columns.names);
  return columns.columns
    .map(({ name, type, notNull }) => `${printIdent(name.value)} ${type}${notNull ? ' NOT NULL' : ''}`)
    .join(', ');
}
