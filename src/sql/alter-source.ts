import { unreachable } from '../errors/index.ts';
import type { Ident, Name, WithOption } from './ast.ts';
import { type ClusterName, parseCluster, printCluster, sourceWithOptions } from './create-source.ts';
import type { Cursor } from './cursor.ts';
import { type Behaviour, parseBehaviour, printBehaviour } from './drop.ts';
import type { Keyword } from './keywords.ts';
import { parseIfExists, parseNames, printIf } from './names.ts';
import { printName, printNames } from './quote.ts';
import {
  type ExternalReference,
  parseReference,
  parseSourceOption,
  parseSourceWith,
  printReference,
  printSourceOptions,
  printSourceWith,
} from './source-clauses.ts';
import { expectKeywordPhrase } from './with-options.ts';

/** Source: Materialize docs, ALTER SOURCE. RENAME TO and OWNER TO are statements of their own. */
export interface AlterSource {
  readonly kind: 'alter-source';
  readonly name: Name;
  readonly ifExists: boolean;
  readonly action: AlterSourceAction;
}

export type AlterSourceAction =
  | { readonly kind: 'add'; readonly tables: readonly ExternalReference[]; readonly with: readonly WithOption[] }
  | {
      readonly kind: 'drop';
      readonly ifExists: boolean;
      readonly names: readonly Name[];
      readonly behaviour: Behaviour | null;
    }
  | { readonly kind: 'set-cluster'; readonly cluster: ClusterName }
  | { readonly kind: 'set'; readonly options: readonly WithOption[] }
  | { readonly kind: 'reset'; readonly options: readonly Ident[] }
  | { readonly kind: 'refresh-references' };

const addOptions: readonly (readonly Keyword[])[] = [
  ['TEXT', 'COLUMNS'],
  ['EXCLUDE', 'COLUMNS'],
  ['IGNORE', 'COLUMNS'],
  ['DETAILS'],
];

/** After ALTER SOURCE [IF EXISTS] name, when neither RENAME nor OWNER follows. */
export const parseAlterSource = (cursor: Cursor, name: Name, ifExists: boolean): AlterSource => ({
  kind: 'alter-source',
  name,
  ifExists,
  action: parseAction(cursor),
});

function parseAction(cursor: Cursor): AlterSourceAction {
  const word = cursor.expectOneOf(['ADD', 'DROP', 'SET', 'RESET', 'REFRESH']);
  switch (word) {
    case 'ADD': {
      cursor.expectOneOf(['SUBSOURCE', 'TABLE']);
      const tables = cursor.list(() => parseReference(cursor));
      return { kind: 'add', tables, with: parseSourceWith(cursor, addOptions) };
    }
    case 'DROP':
      return parseDropSubsources(cursor);
    case 'SET':
      if (cursor.atKeyword('CLUSTER')) return { kind: 'set-cluster', cluster: parseCluster(cursor) };
      return { kind: 'set', options: cursor.parenthesised(() => parseSourceOption(cursor, sourceWithOptions)) };
    case 'RESET':
      return { kind: 'reset', options: cursor.parenthesised(() => parseOptionName(cursor)) };
    case 'REFRESH':
      cursor.expectKeyword('REFERENCES');
      return { kind: 'refresh-references' };
    default:
      return unreachable(word);
  }
}

function parseDropSubsources(cursor: Cursor): AlterSourceAction {
  cursor.expectOneOf(['SUBSOURCE', 'TABLE']);
  const ifExists = parseIfExists(cursor);
  const names = parseNames(cursor);
  const written = parseBehaviour(cursor);
  return { kind: 'drop', ifExists, names, behaviour: written === 'restrict' ? null : written };
}

function parseOptionName(cursor: Cursor): Ident {
  const { offset0 } = cursor;
  return { value: expectKeywordPhrase(cursor, sourceWithOptions), offset0 };
}

export function printAlterSource(statement: AlterSource): string {
  const name = `${printIf(statement.ifExists, 'IF EXISTS')}${printName(statement.name)}`;
  return `ALTER SOURCE ${name} ${printAction(statement.action)}`;
}

function printAction(action: AlterSourceAction): string {
  switch (action.kind) {
    case 'add':
      return `ADD SUBSOURCE ${action.tables.map((table) => printReference(table)).join(', ')}${printSourceWith(action.with)}`;
    case 'drop':
      return `DROP SUBSOURCE ${printIf(action.ifExists, 'IF EXISTS')}${printNames(action.names)}${printBehaviour(action.behaviour)}`;
    case 'set-cluster':
      return `SET CLUSTER ${printCluster(action.cluster)}`;
    case 'set':
      return `SET (${printSourceOptions(action.options)})`;
    case 'reset':
      return `RESET (${action.options.map((option) => option.value).join(', ')})`;
    case 'refresh-references':
      return 'REFRESH REFERENCES';
    default:
      return unreachable(action);
  }
}
