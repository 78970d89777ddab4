import { unreachable } from '../errors/index.ts';
import type { Ident, Name, WithOption } from './ast.ts';
import type { Cursor } from './cursor.ts';
import type { Keyword } from './keywords.ts';
import { parseIfNotExists, parseName, parseRawName, printIf } from './names.ts';
import { expectPhrase } from './phrases.ts';
import { printIdent, printIdents, printName } from './quote.ts';
import {
  type ExternalReference,
  type IncludedMetadata,
  parseEnvelope,
  parseInclude,
  parseReference,
  parseSourceOption,
  parseSourceWith,
  printEnvelope,
  printInclude,
  printReference,
  printSourceOptions,
  printSourceWith,
  type SourceEnvelope,
} from './source-clauses.ts';
import { parseSourceFormat, printSourceFormat, type SourceFormat } from './source-format.ts';

/** Source: Materialize docs, CREATE SOURCE. */
export interface CreateSource {
  readonly kind: 'create-source';
  readonly name: Name;
  readonly ifNotExists: boolean;
  readonly columns: readonly Ident[];
  /** PRIMARY KEY (…) NOT ENFORCED. */
  readonly key: readonly Ident[] | null;
  readonly inCluster: ClusterName | null;
  readonly from: SourceOrigin;
  readonly format: SourceFormat | null;
  readonly include: readonly IncludedMetadata[];
  readonly envelope: SourceEnvelope | null;
  readonly references: SourceReferences | null;
  /** EXPOSE PROGRESS AS. */
  readonly progress: Name | null;
  readonly with: readonly WithOption[];
}

/** A cluster by name, or by id: `[u1]`. */
export interface ClusterName extends Ident {
  readonly byId: boolean;
}

export type SourceOrigin =
  | {
      readonly kind: 'connection';
      /** The connection kind's words: `POSTGRES`. */
      readonly connectionKind: string;
      readonly connection: Name;
      readonly options: readonly WithOption[];
    }
  | { readonly kind: 'load-generator'; readonly generator: string; readonly options: readonly WithOption[] };

/** FOR TABLES (…), FOR SCHEMAS (…), FOR ALL TABLES. */
export type SourceReferences =
  | { readonly kind: 'tables'; readonly tables: readonly ExternalReference[] }
  | { readonly kind: 'schemas'; readonly schemas: readonly Ident[] }
  | { readonly kind: 'all' };

const connectionOptions: readonly (readonly Keyword[])[] = [
  ['TOPIC'],
  ['TOPIC', 'METADATA', 'REFRESH', 'INTERVAL'],
  ['GROUP', 'ID', 'PREFIX'],
  ['START', 'OFFSET'],
  ['START', 'TIMESTAMP'],
  ['PUBLICATION'],
  ['TEXT', 'COLUMNS'],
  ['EXCLUDE', 'COLUMNS'],
  ['IGNORE', 'COLUMNS'],
  ['DETAILS'],
];
const generators = ['AUCTION', 'COUNTER', 'DATUMS', 'MARKETING', 'TPCH'] as const satisfies readonly Keyword[];
const generatorOptions: readonly (readonly Keyword[])[] = [
  ['TICK', 'INTERVAL'],
  ['SCALE', 'FACTOR'],
  ['MAX', 'CARDINALITY'],
  ['AS', 'OF'],
  ['UP', 'TO'],
];
export const sourceWithOptions: readonly (readonly Keyword[])[] = [
  ['TIMESTAMP', 'INTERVAL'],
  ['RETAIN', 'HISTORY'],
];

/** After CREATE SOURCE. */
export function parseCreateSource(cursor: Cursor): CreateSource {
  const ifNotExists = parseIfNotExists(cursor);
  const name = parseName(cursor);
  const { columns, key } = parseColumns(cursor);
  const inCluster = cursor.takeKeyword('IN') ? parseCluster(cursor) : null;
  cursor.expectKeyword('FROM');
  const from = cursor.takeKeyword('LOAD') ? parseLoadGenerator(cursor) : parseConnectionOrigin(cursor);
  const format = parseSourceFormat(cursor);
  const include = parseInclude(cursor);
  const envelope = parseEnvelope(cursor);
  const references = parseReferences(cursor);
  const progress = parseProgress(cursor);
  const withOptions = parseSourceWith(cursor, sourceWithOptions);
  return {
    kind: 'create-source',
    name,
    ifNotExists,
    columns,
    key,
    inCluster,
    from,
    format,
    include,
    envelope,
    references,
    progress,
    with: withOptions,
  };
}

function parseColumns(cursor: Cursor): Pick<CreateSource, 'columns' | 'key'> {
  if (!cursor.at('left-parenthesis')) return { columns: [], key: null };
  const columns: Ident[] = [];
  let key: readonly Ident[] | null = null;
  cursor.parenthesised(() => {
    if (!cursor.atKeywords('PRIMARY', 'KEY')) return columns.push(cursor.expectIdent());
    if (key !== null) throw cursor.error('Multiple key constraints not allowed');
    cursor.takeKeywords('PRIMARY', 'KEY');
    key = cursor.parenthesised(() => cursor.expectIdent());
    return cursor.expectKeywords('NOT', 'ENFORCED');
  });
  return { columns, key };
}

/** After IN. */
export function parseCluster(cursor: Cursor): ClusterName {
  cursor.expectKeyword('CLUSTER');
  if (!cursor.take('left-bracket')) return { ...cursor.expectIdent(), byId: false };
  const cluster = { ...cursor.expectIdent(), byId: true };
  cursor.expect('right-bracket');
  return cluster;
}

export const printCluster = (cluster: ClusterName): string =>
  cluster.byId ? `[${printIdent(cluster.value)}]` : printIdent(cluster.value);

function parseConnectionOrigin(cursor: Cursor): SourceOrigin {
  const { words, kinds } = cursor.vocabulary;
  const connectionKind = expectPhrase(cursor, kinds, null, () => words.kinds);
  cursor.expectKeyword('CONNECTION');
  const connection = parseRawName(cursor);
  return { kind: 'connection', connectionKind, connection, options: parseOptions(cursor, connectionOptions) };
}

function parseLoadGenerator(cursor: Cursor): SourceOrigin {
  cursor.expectKeyword('GENERATOR');
  const generator = cursor.takeKeywords('KEY', 'VALUE') ? 'KEY VALUE' : cursor.expectOneOf(generators);
  return { kind: 'load-generator', generator, options: parseOptions(cursor, generatorOptions) };
}

const parseOptions = (cursor: Cursor, phrases: readonly (readonly Keyword[])[]): readonly WithOption[] =>
  cursor.at('left-parenthesis') ? cursor.parenthesised(() => parseSourceOption(cursor, phrases)) : [];

function parseReferences(cursor: Cursor): SourceReferences | null {
  if (!cursor.takeKeyword('FOR')) return null;
  const word = cursor.expectOneOf(['TABLES', 'SCHEMAS', 'ALL']);
  switch (word) {
    case 'TABLES':
      return { kind: 'tables', tables: cursor.parenthesised(() => parseReference(cursor)) };
    case 'SCHEMAS':
      return { kind: 'schemas', schemas: cursor.parenthesised(() => cursor.expectIdent()) };
    case 'ALL':
      cursor.expectKeyword('TABLES');
      return { kind: 'all' };
    default:
      return unreachable(word);
  }
}

function parseProgress(cursor: Cursor): Name | null {
  if (!cursor.takeKeyword('EXPOSE')) return null;
  cursor.expectKeywords('PROGRESS', 'AS');
  return parseName(cursor);
}

export function printCreateSource(statement: CreateSource): string {
  const head = `CREATE SOURCE ${printIf(statement.ifNotExists, 'IF NOT EXISTS')}${printName(statement.name)}`;
  const entries = statement.columns.map((column) => printIdent(column.value));
  if (statement.key !== null) entries.push(`PRIMARY KEY (${printIdents(statement.key)}) NOT ENFORCED`);
  const clauses = [
    entries.length === 0 ? '' : ` (${entries.join(', ')})`,
    statement.inCluster === null ? '' : ` IN CLUSTER ${printCluster(statement.inCluster)}`,
    ` FROM ${printOrigin(statement.from)}`,
    printSourceFormat(statement.format),
    printInclude(statement.include),
    printEnvelope(statement.envelope),
    statement.references === null ? '' : ` FOR ${printReferences(statement.references)}`,
    statement.progress === null ? '' : ` EXPOSE PROGRESS AS ${printName(statement.progress)}`,
    printSourceWith(statement.with),
  ];
  return `${head}${clauses.join('')}`;
}

function printOrigin(origin: SourceOrigin): string {
  const options = origin.options.length === 0 ? '' : ` (${printSourceOptions(origin.options)})`;
  if (origin.kind === 'load-generator') return `LOAD GENERATOR ${origin.generator}${options}`;
  return `${origin.connectionKind} CONNECTION ${printName(origin.connection)}${options}`;
}

function printReferences(references: SourceReferences): string {
  switch (references.kind) {
    case 'tables':
      return `TABLES (${references.tables.map((table) => printReference(table)).join(', ')})`;
    case 'schemas':
      return `SCHEMAS (${printIdents(references.schemas)})`;
    case 'all':
      return 'ALL TABLES';
    default:
      return unreachable(references);
  }
}
