import { expect } from 'vitest';
import { columnNames, columns, columnsWith } from './catalog.ts';

const asInformationSchema = columnsWith({ _text: 'ARRAY' });

export function expectKnex(found: unknown): void {
  expect(found).toEqual({
    columnInfo: Object.fromEntries(
      asInformationSchema.map(([name, type]) => [name, { type, maxLength: null, nullable: true, defaultValue: null }]),
    ),
    hasTable: true,
    hasNoTable: false,
    hasColumn: true,
    built: expect.arrayContaining([{ type: 'ssh-tunnel', n: expect.any(String) }]),
  });
}

interface KyselyTable {
  readonly schema: string;
  readonly name: string;
  readonly isView: boolean;
  readonly columns: readonly { readonly name: string; readonly dataType: string; readonly comment?: string }[];
}

export function expectKysely(found: unknown): void {
  const { schemas, tables, built } = found as {
    readonly schemas: readonly { readonly name: string }[];
    readonly tables: readonly KyselyTable[];
    readonly built: readonly unknown[];
  };
  expect(schemas.map(({ name }) => name)).toEqual(expect.arrayContaining(['mz_catalog', 'mz_internal', 'public']));
  const relation = tables.find(({ name }) => name === 'mz_connections');
  expect(relation).toMatchObject({ schema: 'mz_catalog', isView: true });
  expect(relation?.columns.map(({ name, dataType }) => [name, dataType])).toEqual(columns);
  expect(relation?.columns.every((column) => (column.comment ?? '').endsWith('.'))).toBe(true);
  expect(new Set(tables.map(({ schema }) => schema))).toEqual(new Set(['mz_catalog', 'mz_internal']));
  expect(built).toEqual(expect.arrayContaining([{ name: expect.any(String), schema: 'public' }]));
}

/** `drizzle-kit pull` writes TypeScript. */
export function expectDrizzle(found: unknown): void {
  const { selected, pulled } = found as { readonly selected: readonly unknown[]; readonly pulled: string };
  expect(selected).toEqual([]);
  expect(pulled).toContain('export const mzCatalog = pgSchema("mz_catalog");');
  const [, view = ''] = /mzCatalog\.view\("mz_connections", \{([^}]*)\}\)/.exec(pulled) ?? [];
  for (const [name, type] of columns) {
    if (type === 'text') expect(view).toMatch(new RegExp(`${camelCase(name)}: text\\(`));
  }
  expect(pulled.match(/\.view\("mz_/g)?.length).toBeGreaterThan(50);
}

const camelCase = (name: string): string => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

export function expectTypeorm(found: unknown): void {
  expect(found).toMatchObject({
    version: '16.6',
    database: 'materialize',
    schema: 'public',
    hasDatabase: true,
    hasSchema: [true, false],
    hasTable: [true, false],
    hasColumn: true,
    table: columns.map(([name, type]) => [name, type.replace('_text', 'text'), true, type === '_text']),
    found: [],
    count: 0,
  });
}

export function expectSequelize(found: unknown): void {
  expect(found).toMatchObject({
    version: '16.6',
    schemas: ['mz_catalog', 'mz_internal'],
    tables: [],
    tableExists: [true, false],
    description: Object.fromEntries(
      asInformationSchema.map(([name, type]) => [
        name,
        { type: type.toUpperCase(), allowNull: true, primaryKey: false },
      ]),
    ),
    indexes: [],
    constraints: [],
    references: [],
    count: 0,
    found: [],
  });
  expect(Object.keys((found as { readonly description: object }).description)).toEqual(columnNames);
}
