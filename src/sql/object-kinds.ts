import type { ObjectKind } from './ast.ts';
import type { Cursor } from './cursor.ts';
import type { Keyword } from './keywords.ts';

interface KindWords {
  readonly one: readonly Keyword[];
  readonly many: readonly Keyword[];
}

const words: Readonly<Record<ObjectKind, KindWords>> = {
  connection: { one: ['CONNECTION'], many: ['CONNECTIONS'] },
  secret: { one: ['SECRET'], many: ['SECRETS'] },
  source: { one: ['SOURCE'], many: ['SOURCES'] },
  table: { one: ['TABLE'], many: ['TABLES'] },
  view: { one: ['VIEW'], many: ['VIEWS'] },
  'materialized view': { one: ['MATERIALIZED', 'VIEW'], many: ['MATERIALIZED', 'VIEWS'] },
  sink: { one: ['SINK'], many: ['SINKS'] },
  index: { one: ['INDEX'], many: ['INDEXES'] },
  type: { one: ['TYPE'], many: ['TYPES'] },
  cluster: { one: ['CLUSTER'], many: ['CLUSTERS'] },
  schema: { one: ['SCHEMA'], many: ['SCHEMAS'] },
  database: { one: ['DATABASE'], many: ['DATABASES'] },
  role: { one: ['ROLE'], many: ['ROLES'] },
};

/** Every kind, in the order in which errors list them. */
export const objectKinds = Object.keys(words) as readonly ObjectKind[];

/** USER and USERS are other words for ROLE and ROLES. */
const userWords: Readonly<Record<'one' | 'many', Keyword>> = { one: 'USER', many: 'USERS' };

/** One of `kinds` by its words, or undefined. */
export function takeObjectKind<K extends ObjectKind>(
  cursor: Cursor,
  kinds: readonly K[],
  number: 'one' | 'many' = 'one',
): K | undefined {
  const found = kinds.find((kind) => cursor.takeKeywords(...words[kind][number]));
  if (found !== undefined) return found;
  const role = kinds.find((kind) => kind === 'role');
  return role !== undefined && cursor.takeKeyword(userWords[number]) ? role : undefined;
}

/** @throws PgError 42601 with the first words of `kinds` and of `others` as the choice. */
export function expectObjectKind<K extends ObjectKind>(
  cursor: Cursor,
  kinds: readonly K[],
  number: 'one' | 'many' = 'one',
  others: readonly Keyword[] = [],
): K {
  const found = takeObjectKind(cursor, kinds, number);
  if (found !== undefined) return found;
  if (kinds.some((kind) => kind === 'materialized view') && cursor.takeKeyword('MATERIALIZED')) {
    cursor.expectKeyword(number === 'one' ? 'VIEW' : 'VIEWS');
  }
  const choices = kinds.flatMap((kind) => words[kind][number][0] ?? []);
  return cursor.expectOneOf([...choices, ...others]) as never;
}

export const printObjectKind = (kind: ObjectKind, number: 'one' | 'many' = 'one'): string =>
  words[kind][number].join(' ');
