import type { Value } from './conversation.ts';

/** A value of each type that the catalog's relations have, some of them out of parameters. */
const each: readonly (readonly [name: string, expression: string, type: string, expected: unknown])[] = [
  ['i4', '1::int4', 'int4', '1'],
  ['i8', '$1::int8', 'int8', '4294967297'],
  ['f8', '1.5::float8', 'float8', '1.5'],
  ['flag', '$2::bool', 'bool', true],
  ['word', '$3::text', 'text', 'grün "x"'],
  ['at', 'to_timestamp(1700000000)', 'timestamptz', '2023-11-14T22:13:20.000Z'],
  ['words', '$4::text[]', '_text', ['a b', 'c']],
  ['doc', `'{"a": [1, null]}'::jsonb`, 'jsonb', { a: [1, null] }],
  ['bytes', String.raw`'\x00ff'::bytea`, 'bytea', '00ff'],
  ['id', '26::oid', 'oid', '26'],
  ['nothing', '$5::text', 'text', null],
];

const parameters: readonly Value[] = [4_294_967_297, true, 'grün "x"', ['a b', 'c'], null];

export const values = {
  statement: `SELECT ${each.map(([name, expression]) => `${expression} AS ${name}`).join(', ')}`,
  parameters,
  columns: each.map(([name]) => name),
  types: each.map(([, , type]) => type),
  expected: each.map(([, , , expected]) => expected),
  /** What libraries do differently on purpose: numbers as texts, documents as texts, forms of times. */
  plain: (row: readonly unknown[]): readonly unknown[] =>
    row.map((value, index) => {
      const type = each[index]?.[2];
      if (type === 'timestamptz') return new Date(timeOf(value)).toISOString();
      if (type === 'jsonb' && typeof value === 'string') return JSON.parse(value);
      return typeof value === 'number' ? String(value) : value;
    }),
};

function timeOf(value: unknown): string | number {
  const { epoch } = (value ?? {}) as { readonly epoch?: number };
  return epoch === undefined ? String(value) : epoch * 1000;
}

const names: Readonly<Record<number, string>> = {
  16: 'bool',
  17: 'bytea',
  20: 'int8',
  23: 'int4',
  25: 'text',
  26: 'oid',
  701: 'float8',
  1009: '_text',
  1184: 'timestamptz',
  3802: 'jsonb',
};

/** Types as PostgreSQL calls them, whether a library gives their OIDs or names. */
export const typeNames = (types: readonly (string | number)[]): readonly string[] =>
  types.map((type) => (typeof type === 'number' ? (names[type] ?? String(type)) : type.toLowerCase()));
