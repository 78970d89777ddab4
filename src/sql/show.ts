import type { Filter, Ident, Name, ObjectKind } from './ast.ts';
import type { Cursor } from './cursor.ts';
import type { Keyword } from './keywords.ts';
import { parseRawName } from './names.ts';
import { objectKinds, printObjectKind, takeObjectKind } from './object-kinds.ts';
import { printIdent, printLiteral, printName } from './quote.ts';

/** Source: Materialize docs, SHOW CONNECTIONS and its siblings. */
export interface Show {
  readonly kind: 'show';
  readonly list: ShowList;
  /** FROM: a schema (a database for SCHEMAS, a relation for COLUMNS). */
  readonly from: Name | null;
  /** ON: a source or object. */
  readonly on: Name | null;
  /** ON of PRIVILEGES and DEFAULT PRIVILEGES: a kind of object. */
  readonly onKind: ObjectKind | 'system' | null;
  /** FOR of PRIVILEGES, DEFAULT PRIVILEGES and ROLE MEMBERSHIP. */
  readonly forRole: Ident | null;
  readonly inCluster: Ident | null;
  readonly filter: Filter | null;
}

export type ShowList =
  | 'connections'
  | 'secrets'
  | 'objects'
  | 'types'
  | 'views'
  | 'sources'
  | 'sinks'
  | 'materialized views'
  | 'subsources'
  | 'tables'
  | 'indexes'
  | 'schemas'
  | 'databases'
  | 'clusters'
  | 'roles'
  | 'columns'
  | 'privileges'
  | 'default privileges'
  | 'role membership';

type Clause = 'from' | 'from-required' | 'on' | 'on-kind' | 'for' | 'cluster';

interface ListForm {
  readonly list: ShowList;
  readonly words: readonly Keyword[];
  readonly clauses: readonly Clause[];
}

const forms: readonly ListForm[] = [
  { list: 'connections', words: ['CONNECTIONS'], clauses: ['from'] },
  { list: 'secrets', words: ['SECRETS'], clauses: ['from'] },
  { list: 'objects', words: ['OBJECTS'], clauses: ['from'] },
  { list: 'types', words: ['TYPES'], clauses: ['from'] },
  { list: 'views', words: ['VIEWS'], clauses: ['from'] },
  { list: 'sources', words: ['SOURCES'], clauses: ['from', 'cluster'] },
  { list: 'sinks', words: ['SINKS'], clauses: ['from', 'cluster'] },
  { list: 'materialized views', words: ['MATERIALIZED', 'VIEWS'], clauses: ['from', 'cluster'] },
  { list: 'subsources', words: ['SUBSOURCES'], clauses: ['from', 'on'] },
  { list: 'tables', words: ['TABLES'], clauses: ['from', 'on'] },
  { list: 'indexes', words: ['INDEXES'], clauses: ['from', 'on', 'cluster'] },
  { list: 'schemas', words: ['SCHEMAS'], clauses: ['from'] },
  { list: 'databases', words: ['DATABASES'], clauses: [] },
  { list: 'clusters', words: ['CLUSTERS'], clauses: [] },
  { list: 'roles', words: ['ROLES'], clauses: [] },
  { list: 'roles', words: ['USERS'], clauses: [] },
  { list: 'columns', words: ['COLUMNS'], clauses: ['from-required'] },
  { list: 'columns', words: ['FIELDS'], clauses: ['from-required'] },
  { list: 'privileges', words: ['PRIVILEGES'], clauses: ['on-kind', 'for'] },
  { list: 'default privileges', words: ['DEFAULT', 'PRIVILEGES'], clauses: ['on-kind', 'for'] },
  { list: 'role membership', words: ['ROLE', 'MEMBERSHIP'], clauses: ['for'] },
];

/** The words that begin a list. */
export const showWords: readonly Keyword[] = forms.flatMap(({ words: [first] }) => first ?? []);

/** After SHOW; undefined when no list's words follow. */
export function takeShow(cursor: Cursor): Show | undefined {
  const form = forms.find(({ words }) => cursor.takeKeywords(...words));
  if (form === undefined) return undefined;
  const has = (clause: Clause): boolean => form.clauses.includes(clause);
  const from = has('from-required')
    ? parseRequiredFrom(cursor)
    : has('from') && cursor.takeKeyword('FROM')
      ? parseRawName(cursor)
      : null;
  const on = has('on') ? parseOn(cursor, from !== null) : null;
  const onKind = has('on-kind') && cursor.takeKeyword('ON') ? parseOnKind(cursor) : null;
  const forRole = has('for') && cursor.takeKeyword('FOR') ? cursor.expectIdent() : null;
  const inCluster = has('cluster') && cursor.takeKeyword('IN') ? parseCluster(cursor) : null;
  return { kind: 'show', list: form.list, from, on, onKind, forRole, inCluster, filter: parseFilter(cursor) };
}

function parseRequiredFrom(cursor: Cursor): Name {
  cursor.expectOneOf(['FROM', 'IN']);
  return parseRawName(cursor);
}

function parseOn(cursor: Cursor, hasFrom: boolean): Name | null {
  if (!cursor.atKeyword('ON')) return null;
  if (hasFrom) throw cursor.error('Cannot specify both FROM and ON');
  cursor.next();
  const name = parseRawName(cursor);
  if (cursor.atKeyword('FROM')) throw cursor.error('Cannot specify both FROM and ON');
  return name;
}

function parseOnKind(cursor: Cursor): ObjectKind | 'system' {
  if (cursor.takeKeyword('SYSTEM')) return 'system';
  const kind = takeObjectKind(cursor, objectKinds, 'many') ?? takeObjectKind(cursor, objectKinds, 'one');
  if (kind === undefined) throw cursor.expected('a kind of object');
  return kind;
}

function parseCluster(cursor: Cursor): Ident {
  cursor.expectKeyword('CLUSTER');
  return cursor.expectIdent();
}

function parseFilter(cursor: Cursor): Filter | null {
  if (cursor.takeKeyword('LIKE')) return { kind: 'like', pattern: cursor.expectString() };
  if (!cursor.takeKeyword('WHERE')) return null;
  if (cursor.atEnd()) throw cursor.error('Unexpected EOF');
  const { offset0 } = cursor;
  return { kind: 'where', text: cursor.rest(), offset0 };
}

export function printShow(statement: Show): string {
  const { from, on, onKind, forRole, inCluster, filter } = statement;
  const clauses = [
    from === null ? '' : ` FROM ${printName(from)}`,
    on === null ? '' : ` ON ${printName(on)}`,
    onKind === null ? '' : ` ON ${onKind === 'system' ? 'SYSTEM' : printObjectKind(onKind, 'many')}`,
    forRole === null ? '' : ` FOR ${printIdent(forRole.value)}`,
    inCluster === null ? '' : ` IN CLUSTER ${printIdent(inCluster.value)}`,
    filter === null ? '' : filter.kind === 'like' ? ` LIKE ${printLiteral(filter.pattern)}` : ` WHERE ${filter.text}`,
  ];
  return `SHOW ${statement.list.toUpperCase()}${clauses.join('')}`;
}
