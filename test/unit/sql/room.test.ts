import { describe, expect, it } from 'vitest';
import { PgError } from '../../../src/errors/index.ts';
import { createSql, type DialectWords, printIdent, printLiteral, printName } from '../../../src/sql/index.ts';

/** Kinds that exist nowhere else: the room knows none by itself. */
const words: DialectWords = {
  kinds: ['CARRIER PIGEON', 'TELEGRAPH'],
  options: new Map([
    ['LOFT', 'value'],
    ['MORSE CODE', 'value'],
    ['PASSPHRASE', 'value'],
    ['RELAY', 'object'],
  ]),
  aliases: new Map([['COOP', 'LOFT']]),
  optionsByKind: new Map([
    ['CARRIER PIGEON', ['LOFT', 'PASSPHRASE']],
    ['TELEGRAPH', ['MORSE CODE', 'RELAY', 'PASSPHRASE']],
  ]),
  redactedOptions: new Set(['PASSPHRASE']),
};
const sql = createSql(words);

function print(text: string, mode: 'canonical' | 'redacted' = 'canonical'): string {
  return sql
    .split(text)
    .map((statement) => sql.print(sql.parse(text, statement), mode))
    .join('; ');
}

function hintOf(text: string): string | undefined {
  try {
    print(text);
  } catch (error) {
    if (error instanceof PgError) return error.hint;
    throw error;
  }
  throw new Error('it parses');
}

describe('connection kinds come in as data', () => {
  it('reads their words and options, and prints aliases as what they stand for', () => {
    expect(print('create connection c to carrier pigeon (coop = 1, relay r)')).toBe(
      'CREATE CONNECTION c TO CARRIER PIGEON (LOFT = 1, RELAY = r)',
    );
  });

  it('knows no others', () => {
    expect(() => print("CREATE CONNECTION c TO POSTGRES (HOST 'x')")).toThrow(
      'Expected one of CARRIER or TELEGRAPH, found identifier "postgres"',
    );
  });

  it('leaves their words free as names', () => {
    expect(print('CREATE CONNECTION loft.pigeon TO TELEGRAPH (LOFT telegraph)')).toBe(
      'CREATE CONNECTION loft.pigeon TO TELEGRAPH (LOFT = telegraph)',
    );
  });

  it('proposes the options of the kind at hand only', () => {
    expect(hintOf('CREATE CONNECTION c TO TELEGRAPH (MORSE_COD 1)')).toBe('Did you mean MORSE CODE?');
    expect(hintOf('CREATE CONNECTION c TO CARRIER PIGEON (MORSE_COD 1)')).toBeUndefined();
    expect(hintOf('CREATE CONNECTION c TO CARRIER PIGEON (COOOP 1)')).toBe('Did you mean COOP?');
  });
});

describe('redacted text', () => {
  it('hides what an option declared as secret holds in the clear, and no reference', () => {
    const text = "CREATE CONNECTION c TO TELEGRAPH (PASSPHRASE 'hunter2', LOFT 'x', PASSPHRASE SECRET s)";
    expect(print(text, 'redacted')).toBe(
      "CREATE CONNECTION c TO TELEGRAPH (PASSPHRASE = '<REDACTED>', LOFT = 'x', PASSPHRASE = SECRET s)",
    );
    expect(print("ALTER CONNECTION c SET (PASSPHRASE 'hunter2')", 'redacted')).not.toContain('hunter2');
  });

  it.each([
    "CREATE SECRET s AS 'hunter2'",
    "CREATE SECRET s AS decode('hunter2', 'base64')",
    "ALTER SECRET s AS 'hunter2'",
    "CREATE ROLE r PASSWORD 'hunter2'",
    "ALTER ROLE r PASSWORD 'hunter2'",
    "EXECUTE p ('hunter2')",
    "PREPARE p AS CREATE SECRET s AS 'hunter2'",
    "PREPARE p AS PREPARE q AS CREATE SECRET s AS 'hunter2'",
    "DECLARE c CURSOR FOR ALTER SECRET s 'hunter2'",
  ])('hides the secret of %s', (text) => {
    expect(print(text, 'redacted')).not.toContain('hunter2');
    expect(print(text)).toContain('hunter2');
  });
});

describe('routes', () => {
  it.each([
    ['SELECT 1', 'read'],
    ['  -- c\n/* d */ with a as (select 1) select 1', 'read'],
    ['((SELECT 1))', 'read'],
    ['copy x to stdout', 'read'],
    ['TABLE x', 'read'],
    ['VALUES (1)', 'read'],
    ['EXPLAIN SELECT 1', 'read'],
    ['EXPLAIN (FORMAT JSON, COSTS (true)) SELECT 1', 'read'],
    ['EXPLAIN ANALYZE VERBOSE WITH a AS (SELECT 1) SELECT 1', 'read'],
    ['EXPLAIN (SELECT 1)', 'read'],
    ['EXPLAIN (ANALYZE) CONNECTION c', 'dialect'],
    ['EXPLAIN CREATE DATABASE d', 'dialect'],
    ['SHOW x', 'dialect'],
    ['INSERT INTO t VALUES (1)', 'dialect'],
    ['"select" 1', 'dialect'],
    ['nonsense', 'dialect'],
  ])('%s: %s', (text, route) => {
    expect(sql.split(text)).toMatchObject([{ route }]);
  });

  it('leave out empty statements, and give one when there is nothing else', () => {
    const text = ' ; /* ; */ SHOW a ;; -- ;\n SHOW b';
    expect(sql.split(text)).toEqual([
      { text: 'SHOW a', offset0: text.indexOf('SHOW a'), route: 'dialect' },
      { text: 'SHOW b', offset0: text.indexOf('SHOW b'), route: 'dialect' },
    ]);
    for (const nothing of ['', ' ', ';', '/* a */', '; -- b']) {
      expect(sql.split(nothing)).toMatchObject([{ text: '', route: 'empty' }]);
    }
  });
});

describe('positions', () => {
  it('count characters of the whole string', () => {
    const text = "SHOW '😀';\nCREATE nothing";
    const statement = sql.split(text)[1];
    expect(statement).toMatchObject({ text: 'CREATE nothing', route: 'dialect' });
    expect(() => (statement === undefined ? undefined : sql.parse(text, statement))).toThrow(
      expect.objectContaining({ code: '42601', position1: [...text].join('').indexOf('nothing') }),
    );
  });
});

describe('quoting', () => {
  it('leaves plain identifiers bare', () => {
    expect(['a', '_a1$', 'A', 'a b', 'select', '1a', 'é', '', 'a"b'].map((value) => printIdent(value))).toEqual([
      'a',
      '_a1$',
      '"A"',
      '"a b"',
      '"select"',
      '"1a"',
      '"é"',
      '""',
      '"a""b"',
    ]);
  });

  it('doubles quotes of literals and keeps everything else', () => {
    expect(printLiteral("it's\\\n")).toBe("'it''s\\\n'");
  });

  it('takes names as trees and as parts', () => {
    expect(printName(['Materialize', 'public', 'c'])).toBe('"Materialize".public.c');
    expect(printName({ parts: [{ value: 'c', offset0: 0 }], offset0: 0, id: 'u1' })).toBe('[u1 AS c]');
  });
});
