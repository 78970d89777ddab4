import { expect } from 'vitest';
import { columnNames, columnsWith, comment } from './catalog.ts';

const relation = 'mz_catalog.mz_connections';

/** What each method of the inspector gives; a method that is not listed here makes the test fail. */
const empty = [
  ...[
    'get_check_constraints',
    'get_domains',
    'get_enums',
    'get_foreign_keys',
    'get_foreign_table_names',
    'get_indexes',
  ],
  ...['get_materialized_view_names', 'get_sequence_names', 'get_table_names', 'get_temp_table_names'],
  ...['get_temp_view_names', 'get_unique_constraints'],
];
const nothingOf = [
  'get_multi_check_constraints',
  'get_multi_foreign_keys',
  'get_multi_indexes',
  'get_multi_unique_constraints',
];

export function expectSqlalchemy(found: unknown): void {
  const all = found as Readonly<Record<string, unknown>>;
  expect(all).toMatchObject({
    ...Object.fromEntries(empty.map((method) => [method, []])),
    ...Object.fromEntries(nothingOf.map((method) => [method, { [relation]: [] }])),
    get_columns: columnsWith({ text: 'TEXT', oid: 'OID', _text: 'ARRAY' }).map(([name, type]) => ({
      name,
      type,
      nullable: true,
      default: null,
      comment: expect.any(String),
    })),
    get_multi_pk_constraint: { [relation]: { constrained_columns: [] } },
    get_multi_table_comment: { [relation]: { text: comment } },
    get_multi_table_options: { [relation]: {} },
    get_pk_constraint: { name: null, constrained_columns: [] },
    get_schema_names: ['information_schema', 'mz_catalog', 'mz_internal', 'public'],
    get_sorted_table_and_fkc_names: [[null, []]],
    get_table_comment: { text: comment },
    get_table_oid: expect.any(Number),
    get_table_options: {},
    get_view_definition: expect.stringContaining('redacted_create_sql'),
    get_view_names: expect.arrayContaining(['mz_connections', 'mz_ssh_tunnel_connections', 'mz_secrets']),
    has_index: false,
    has_multi_table: { [relation]: true, 'mz_catalog.nothing': false },
    has_schema: true,
    has_sequence: false,
    has_table: true,
    has_type: false,
    sort_tables_on_foreign_key_dependency: [[null, []]],
    reflected: { columns: columnNames, rows: 0 },
  });
  const known = [...empty, ...nothingOf, 'get_columns', 'get_multi_columns', 'reflected', 'reflected everything'];
  const others = Object.keys(all).filter(
    (method) => !known.includes(method) && !/^(?:get_(?:multi_|pk|schema|sorted|table|view)|has_|sort_)/.test(method),
  );
  expect(others).toEqual([]);
  expect(all['get_multi_columns']).toMatchObject({ [relation]: all['get_columns'] });
  const sizes = all['reflected everything'] as Readonly<Record<string, number>>;
  expect(sizes['mz_catalog']).toBe((all['get_view_names'] as readonly string[]).length);
  expect(
    Math.min(sizes['mz_internal'] ?? 0, sizes['pg_catalog'] ?? 0, sizes['information_schema'] ?? 0),
  ).toBeGreaterThan(10);
}
