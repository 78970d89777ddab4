import { loadModule, parseSync } from 'libpg-query';
import { beforeAll, describe, expect, it } from 'vitest';
import { judge } from '../../../src/query/gate/judge.ts';
import { checkText } from '../../../src/query/gate/text-limits.ts';
import { type Verdict, originalOffset } from '../../../src/query/gate/verdict.ts';

beforeAll(async () => loadModule());

const verdictOf = (text: string): Verdict => judge(text, parseSync(text));

function refusalOf(text: string): { readonly code: string; readonly message: string } {
  const verdict = verdictOf(text);
  if (verdict.admitted) throw new Error(`admitted: ${text}`);
  return { code: verdict.code, message: verdict.message };
}

function admitted(text: string) {
  const verdict = verdictOf(text);
  if (!verdict.admitted) throw new Error(`refused: ${verdict.message}`);
  return verdict;
}

describe('what is let through', () => {
  it.each([
    ['select', 'SELECT 1'],
    ['select', 'VALUES (1), (2)'],
    ['select', 'TABLE mz_roles'],
    ['select', 'WITH a AS (SELECT 1 AS x) SELECT x FROM a UNION ALL SELECT $1::int + 1'],
    ['explain', 'EXPLAIN (ANALYZE, COSTS off) SELECT 1'],
    ['copy', 'COPY (SELECT 1) TO STDOUT WITH (FORMAT csv)'],
  ])('%s: %s', (kind, text) => expect(admitted(text).kind).toBe(kind));
});

describe('what is refused', () => {
  it.each([
    ['CREATE TABLE t (a int)', 'feature_not_supported'],
    ['SELECT 1 INTO t', 'feature_not_supported'],
    ['CREATE TABLE t AS SELECT 1', 'feature_not_supported'],
    ['SELECT * FROM mz_roles FOR UPDATE', 'read_only_sql_transaction'],
    ['SELECT * FROM (SELECT * FROM mz_roles FOR SHARE) AS r', 'read_only_sql_transaction'],
    ['WITH gone AS (DELETE FROM mz_roles RETURNING *) SELECT * FROM gone', 'feature_not_supported'],
    ['EXPLAIN DELETE FROM mz_roles', 'feature_not_supported'],
    ['EXPLAIN ANALYZE CREATE TABLE t AS SELECT 1', 'feature_not_supported'],
    ['COPY mz_roles TO STDOUT', 'feature_not_supported'],
    ["COPY (SELECT 1) TO '/tmp/x'", 'feature_not_supported'],
    ["COPY (SELECT 1) TO PROGRAM 'sh'", 'feature_not_supported'],
    ['COPY mz_roles FROM STDIN', 'feature_not_supported'],
    ['DO $$ BEGIN END $$', 'feature_not_supported'],
    ['SELECT 1; SELECT 2', 'syntax_error'],
    ['SELECT pg_sleep(1)', 'insufficient_privilege'],
    ['SELECT pg_catalog.pg_read_file(x) FROM y', 'insufficient_privilege'],
    ['SELECT 1 ORDER BY (SELECT lo_create(1))', 'insufficient_privilege'],
    ['SELECT * FROM pg_ls_dir($1)', 'insufficient_privilege'],
    ["SELECT query_to_xml('DELETE FROM x', true, true, '')", 'insufficient_privilege'],
    ['SELECT made_up(1)', 'undefined_function'],
    ['SELECT "PG_SLEEP"(1)', 'undefined_function'],
    ['EXPLAIN SELECT pg_sleep(1)', 'insufficient_privilege'],
    ['COPY (SELECT pg_sleep(1)) TO STDOUT', 'insufficient_privilege'],
  ])('%s', (text, code) => expect(refusalOf(text).code).toBe(code));
});

describe('edits', () => {
  it('blank a database in front of a name and keep every position', () => {
    const text = 'SELECT materialize.mz_catalog.mz_roles.id FROM "materialize" . mz_catalog.mz_roles';
    const verdict = admitted(text);
    expect(verdict.text).toBe('SELECT             mz_catalog.mz_roles.id FROM                 mz_catalog.mz_roles');
    expect(verdict.text).toHaveLength(text.length);
    expect(verdict.databases.map(({ name, offset0 }) => [name, offset0])).toEqual(
      expect.arrayContaining([
        ['materialize', 7],
        ['materialize', 47],
      ]),
    );
  });

  it('count in UTF-16 units, whatever stands before', () => {
    const verdict = admitted('SELECT \'ü😀\' AS "ß", d.mz_catalog.mz_roles.* FROM d.mz_catalog.mz_roles');
    expect(verdict.text).toBe('SELECT \'ü😀\' AS "ß",   mz_catalog.mz_roles.* FROM   mz_catalog.mz_roles');
  });

  it('reach names in functions, casts and comments between the parts', () => {
    expect(
      admitted('SELECT d.pg_catalog.version(), 1::d.pg_catalog.int4, 1 FROM d/* . */.pg_catalog. pg_class').text,
    ).toBe('SELECT   pg_catalog.version(), 1::  pg_catalog.int4, 1 FROM          pg_catalog. pg_class');
  });

  it('rename columns that the engine calls otherwise, and keep the name of the result', () => {
    const verdict = admitted('SELECT d.daticulocale, d.daticulocale AS x, colliculocale FROM pg_class d WHERE nope');
    expect(verdict.text).toBe(
      'SELECT d.datlocale    AS daticulocale, d.datlocale    AS x, colllocale    AS colliculocale FROM pg_class d WHERE nope',
    );
    expect(originalOffset(verdict.edits, verdict.text.indexOf('nope'))).toBe(
      'SELECT d.daticulocale, d.daticulocale AS x, colliculocale FROM pg_class d WHERE '.length,
    );
  });
});

describe('pg_database', () => {
  const shown = 'pg_catalog._mirror_databases_shown()';

  it.each([
    ['SELECT * FROM pg_database', `SELECT * FROM ${shown} AS pg_database`],
    ['SELECT d.oid FROM pg_catalog.pg_database AS d', `SELECT d.oid FROM ${shown} AS d`],
    [
      'SELECT pg_catalog.pg_database.oid FROM "pg_catalog" . "pg_database"',
      `SELECT            pg_database.oid FROM ${shown} AS pg_database`,
    ],
    ['SELECT 1 FROM m.pg_catalog.pg_database', `SELECT 1 FROM   ${shown} AS pg_database`],
  ])('is read with the OIDs of the catalog: %s', (text, expected) => expect(admitted(text).text).toBe(expected));

  it.each([
    'TABLE pg_database',
    'SELECT * FROM ONLY pg_database',
    'SELECT xmin, datname FROM pg_database',
    'WITH pg_database AS (SELECT 1) SELECT * FROM pg_database',
    'SELECT * FROM mine.pg_database',
  ])('stays as it is: %s', (text) => expect(admitted(text).text).toBe(text));
});

describe('relations', () => {
  it('are named as written, without those of WITH', () => {
    const text =
      'WITH a AS (SELECT * FROM mz_roles) SELECT * FROM a, mz_internal.mz_comments AS c, materialize.mz_catalog.mz_secrets';
    expect(admitted(text).relations.toSorted()).toEqual([
      'mz_catalog.mz_secrets',
      'mz_internal.mz_comments',
      'mz_roles',
    ]);
  });
});

describe('limits of texts', () => {
  it.each([
    ['length', `SELECT '${'x'.repeat(1024 * 1024)}'`, '54000'],
    ['tokens', `SELECT ${Array.from({ length: 50_000 }, () => '1').join('+')}`, '54001'],
    ['nesting', `SELECT ${'('.repeat(6_000)}1${')'.repeat(6_000)}`, '54001'],
  ])('%s', (_, text, code) => {
    expect(() => checkText(text)).toThrow(expect.objectContaining({ code }));
  });

  it('let a list of ten thousand parameters pass', () => {
    const list = Array.from({ length: 10_000 }, (_, index) => `$${index + 1}`).join(', ');
    expect(() => checkText(`SELECT * FROM mz_roles WHERE id IN (${list})`)).not.toThrow();
  });
});
