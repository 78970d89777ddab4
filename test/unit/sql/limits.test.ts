import { describe, expect, it } from 'vitest';
import { dialectWords } from '../../../src/connections/index.ts';
import { PgError } from '../../../src/errors/index.ts';
import { createSql, type DialectStatement } from '../../../src/sql/index.ts';

const sql = createSql(dialectWords());
const mebibyte = 1024 * 1024;

function parse(text: string): DialectStatement {
  const [statement] = sql.split(text);
  if (statement === undefined) throw new Error('no statement');
  return sql.parse(text, statement);
}

function failure(run: () => unknown): PgError {
  try {
    run();
  } catch (error) {
    if (error instanceof PgError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('length', () => {
  const secret = (size: number): string => `CREATE SECRET s AS '${'x'.repeat(size - "CREATE SECRET s AS ''".length)}'`;

  it('of a query string is at most 1 MiB', () => {
    expect(parse(secret(mebibyte))).toMatchObject({ kind: 'create-secret' });
    expect(failure(() => sql.split(secret(mebibyte + 1)))).toMatchObject({ code: '54000' });
  });

  it('counts bytes of UTF-8', () => {
    expect(failure(() => sql.split(`CREATE SECRET s AS '${'é'.repeat(mebibyte / 2)}'`))).toMatchObject({
      code: '54000',
    });
  });

  it('of a list is at most 10000 items', () => {
    const names = (count: number): string => `DROP CONNECTION ${Array.from({ length: count }, () => 'c').join(', ')}`;
    expect(parse(names(10_000))).toMatchObject({ kind: 'drop' });
    const error = failure(() => parse(names(10_001)));
    expect(error).toMatchObject({ code: '54000', position1: names(10_000).length + 3 });
    const options = `CREATE CONNECTION c TO SSH TUNNEL (${'HOST x, '.repeat(10_001)})`;
    expect(failure(() => parse(options))).toMatchObject({ code: '54000' });
  });

  it('of a name is at most 255 bytes', () => {
    expect(parse(`CREATE DATABASE ${'é'.repeat(127)}x`)).toMatchObject({ kind: 'create-database' });
    expect(failure(() => parse(`CREATE DATABASE ${'é'.repeat(128)}`))).toMatchObject({ code: '42622', position1: 17 });
    expect(parse(`CREATE DATABASE "${'"'.repeat(2 * 255)}"`)).toMatchObject({ kind: 'create-database' });
    expect(failure(() => parse(`CREATE DATABASE "${'"'.repeat(2 * 256)}"`))).toMatchObject({ code: '42622' });
  });
});

describe('nesting', () => {
  const open = (depth: number): string => `SELECT ${'('.repeat(depth)}1${')'.repeat(depth)}`;

  it('is at most 128 levels, of what is read too', () => {
    expect(sql.split(open(128))).toMatchObject([{ route: 'read' }]);
    expect(failure(() => sql.split(open(129)))).toMatchObject({ code: '54001', position1: 'SELECT '.length + 129 });
    expect(failure(() => sql.split('('.repeat(100_000)))).toMatchObject({ code: '54001' });
  });

  it('begins anew with each statement', () => {
    expect(sql.split(`${'('.repeat(100)};${'('.repeat(100)}`)).toHaveLength(2);
  });

  it('of values and expressions is at most 128 levels', () => {
    const sequence = (depth: number): string =>
      `CREATE CONNECTION c TO SSH TUNNEL (HOST ${'('.repeat(depth)}${')'.repeat(depth)})`;
    expect(parse(sequence(127))).toMatchObject({ kind: 'create-connection' });
    expect(failure(() => parse(sequence(128)))).toMatchObject({ code: '54001' });
    const chain = (links: number): string => `CREATE SECRET s AS ''${" || ''".repeat(links)}`;
    expect(parse(chain(128))).toMatchObject({ kind: 'create-secret' });
    expect(failure(() => parse(chain(129)))).toMatchObject({ code: '54001' });
    expect(failure(() => parse(`CREATE SECRET s AS ''${'::text'.repeat(129)}`))).toMatchObject({ code: '54001' });
  });

  it('of comments is free', () => {
    const depth = 50_000;
    expect(sql.split(`${'/*'.repeat(depth)}${'*/'.repeat(depth)} SHOW ALL`)).toMatchObject([{ text: 'SHOW ALL' }]);
  });
});

describe('everything ends soon at 1 MiB', () => {
  const half = mebibyte / 2 - 32;
  const cases: Readonly<Record<string, string>> = {
    semicolons: ';'.repeat(mebibyte),
    statements: 'SHOW ALL;'.repeat(mebibyte / 9),
    dots: `SHOW a${'.a'.repeat(half)}`,
    signs: `SHOW ${'+'.repeat(mebibyte - 8)}`,
    operators: `SHOW ${'+@'.repeat(half)}`,
    'one word': 'x'.repeat(mebibyte),
    'a word of quotes': '‘'.repeat(mebibyte / 3),
    digits: `SHOW ${'1'.repeat(mebibyte - 8)}`,
    'hexadecimal digits': `SET x = 0x${'f'.repeat(mebibyte - 16)}`,
    dollars: `SHOW ${'$a '.repeat(mebibyte / 3 - 4)}`,
    quotes: `CREATE SECRET s AS '${"''".repeat(half)}'`,
    'literals on lines': `CREATE SECRET s AS ${"'a'\n".repeat(mebibyte / 4 - 8)}`,
    'Unicode literals': `SHOW ${"U&'' ".repeat(mebibyte / 5 - 4)}`,
    escapes: `CREATE SECRET s AS E'${'\\n'.repeat(half)}'`,
    comments: `${'/**/'.repeat(mebibyte / 4 - 4)}SHOW x`,
    'opening comments': '/*'.repeat(mebibyte / 2),
    options: `CREATE CONNECTION c TO SSH TUNNEL (${'HOST x '.repeat(mebibyte / 7 - 16)})`,
    privileges: `GRANT ${'a,'.repeat(half)}a TO b`,
    'a query in a query': `PREPARE p AS ${'x '.repeat(half)}`,
  };

  it.each(Object.entries(cases))('%s', (_, text) => {
    const outcomes = (): number => {
      let count = 0;
      for (const statement of sql.split(text)) {
        if (statement.route === 'dialect' && count < 2_000) sql.print(sql.parse(text, statement), 'redacted');
        count += 1;
      }
      return count;
    };
    let result: unknown;
    try {
      result = outcomes();
    } catch (error) {
      result = error;
    }
    expect(typeof result === 'number' || result instanceof PgError, String(result)).toBe(true);
  });
});
