import { expect } from 'vitest';
import { columnsWith, comment } from './catalog.ts';

interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

type Answers = Readonly<Record<string, unknown>>;

/** Methods that pgjdbc itself has not written: it says 0A000 without asking the server. */
const unwritten = ['getAttributes/4', 'getPseudoColumns/4', 'getRowIdLifetime', 'getSuperTables/3', 'getSuperTypes/3'];

/** What differs from one server to another. */
const own = [
  ...['getDatabaseMajorVersion', 'getDatabaseMinorVersion', 'getDatabaseProductVersion', 'getMaxConnections'],
  ...['getSQLKeywords', 'getURL', 'getUserName'],
];

/** Every method of DatabaseMetaData: it answers where it does on PostgreSQL, with the same columns, and with our relations. */
export async function expectPgjdbc(found: unknown, reference: () => Promise<unknown>): Promise<void> {
  const [here, there] = [found as Answers, (await reference()) as Answers];
  expect(Object.keys(here).length).toBeGreaterThan(170);
  expect(Object.keys(here)).toEqual(Object.keys(there));
  const failed = Object.keys(here).filter((method) => isFailure(here[method]));
  expect(failed).toEqual(unwritten);
  for (const method of Object.keys(here)) {
    if (own.includes(method) || failed.includes(method)) continue;
    expect([method, shape(here[method])]).toEqual([method, shape(there[method])]);
  }
  expect(here).toMatchObject({ getDatabaseMajorVersion: 16, getMaxConnections: 8192 });
  expectRelations(here);
}

function expectRelations(here: Answers): void {
  expect(values(here, 'getCatalogs', 'TABLE_CAT')).toEqual(['materialize']);
  expect(values(here, 'getSchemas', 'TABLE_SCHEM')).toEqual(
    expect.arrayContaining(['mz_catalog', 'mz_internal', 'public']),
  );
  const tables = records(here, 'getTables/4').filter((row) => row['TABLE_NAME'] === 'mz_connections');
  expect(tables).toMatchObject([{ TABLE_SCHEM: 'mz_catalog', TABLE_TYPE: 'VIEW', REMARKS: comment }]);
  const columns = records(here, 'getColumns/4').filter((row) => row['TABLE_NAME'] === 'mz_connections');
  expect(columns.map((row) => [row['COLUMN_NAME'], row['TYPE_NAME']])).toEqual(columnsWith({}));
  expect(columns.map((row) => row['ORDINAL_POSITION'])).toEqual(columns.map((_, index) => String(index + 1)));
  expect(values(here, 'getTypeInfo', 'TYPE_NAME')).toEqual(
    expect.arrayContaining(['bool', 'int8', 'jsonb', 'text', 'timestamptz']),
  );
  expect(values(here, 'getFunctions/3', 'FUNCTION_NAME')).toEqual(
    expect.arrayContaining(['mz_version', 'lower', 'has_table_privilege']),
  );
}

const isFailure = (answer: unknown): boolean => typeof answer === 'object' && answer !== null && 'failed' in answer;

/** Of rows their columns: what is in them belongs to each server. */
function shape(answer: unknown): unknown {
  return typeof answer === 'object' && answer !== null && 'columns' in answer ? answer.columns : answer;
}

/** Rows by the columns' names; each is given as `name type`. */
function records(here: Answers, method: string): readonly Readonly<Record<string, string | null>>[] {
  const { columns, rows } = here[method] as Rows;
  const names = columns.map((column) => (column.split(' ')[0] ?? '').toUpperCase());
  return rows.map((row) => Object.fromEntries(row.map((value, index) => [names[index] ?? '', value])));
}

const values = (here: Answers, method: string, column: string): readonly unknown[] =>
  records(here, method).map((row) => row[column]);
