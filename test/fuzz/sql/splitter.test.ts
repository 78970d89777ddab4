import { fc } from '../../support/properties.ts';
import { loadModule, parseSync, scanSync } from 'libpg-query';
import { beforeAll, describe, expect, it } from 'vitest';
import { Scanner } from '../../../src/sql/scanner.ts';
import { sql } from './checks.ts';
import { Random, runs } from './random.ts';

/** Statements that PostgreSQL parses, with everything that a splitter can stumble over. */
const valid = [
  'SELECT 1',
  "SELECT 'a;b'",
  "SELECT 'it''s; fine'",
  String.raw`SELECT E'\';', E'\\', e'\x41\101'`,
  "SELECT 'one'\n  'two;'\n\t'three'",
  "SELECT E'one\\''\n  'two\\';'",
  String.raw`SELECT 'backslash \', 1`,
  String.raw`SELECT U&'\0441;' UESCAPE '!', U&"d\0061ta;"`,
  "SELECT B'01', X'1F'",
  'SELECT $$a;b$$, $tag$ $$ ; $tag$, $Tag$ $tag$; $Tag$',
  'SELECT a$b$c, $1, $2::int',
  'SELECT 1 /* a; /* nested; */ b; */ + 2 -- end; of line',
  'SELECT 1 --',
  'SELECT a.b, "c;d", "e""f;"',
  "SELECT 1+-+-1, 2*-3, 4 <-5, a @> b, a ->> 'x;', !!1",
  'SELECT 5 +/* ; */ 3, 5 -- ;\n - 3',
  'SELECT 1.5, .5, 1., 1e10, 1e-10, 0x1F, 1_000',
  "SELECT (ARRAY[1,2])[1:2], '{;}'::text[]",
  'SELECT имя, "тест;", 名前 FROM ünïcode',
  "COPY (SELECT ';') TO STDOUT",
  'VALUES (1), (2)',
  'TABLE pg_class',
  'WITH a AS (SELECT 1) SELECT * FROM a',
  'BEGIN',
  "SET search_path = a, 'b;c'",
  "SELECT n.nspname AS \"Schema\", CASE c.relkind WHEN 'r' THEN 'table;' END FROM pg_catalog.pg_class c",
];

const gaps = [' ', '\n', ' ; ', ';;', '; -- c;\n', '; /* c; /* d */ */ ', '\t;\r\n'];
const blanks = [' ', '\n', '\t \r\n', ' /* ; */ ', ' /* a /* b */ */ '];
const decoder = new TextDecoder();

beforeAll(loadModule);

describe('cuts', () => {
  it('are PostgreSQL’s', () => {
    for (let seed = 0; seed < runs; seed += 1) {
      const random = new Random(seed);
      const statements = Array.from({ length: 1 + random.below(5) }, () => random.pick(valid));
      const text = statements.map((statement) => `${random.pick(gaps)}${statement}\n;`).join('');
      expect(
        sql.split(text).map((each) => each.text),
        text,
      ).toEqual(cutsOfPostgres(text));
    }
  });

  it('are so for statements of the dialect that PostgreSQL knows', () => {
    const shared = [
      "PREPARE p AS SELECT ';'",
      'DECLARE c CURSOR FOR SELECT 1',
      'FETCH 10 FROM c',
      'DISCARD ALL',
      "SET x = 'a;b'",
    ];
    const text = shared.join(';\n');
    expect(sql.split(text).map((each) => each.text)).toEqual(cutsOfPostgres(text));
    expect(sql.split(text).every((each) => each.route === 'dialect')).toBe(true);
  });
});

/** What its parser says of where statements begin and end, in bytes of UTF-8. */
function cutsOfPostgres(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  return (parseSync(text).stmts ?? []).map(({ stmt_location = 0, stmt_len }) => {
    const end = stmt_len === undefined || stmt_len === 0 ? bytes.length : stmt_location + stmt_len;
    return trim(decoder.decode(bytes.subarray(stmt_location, end)));
  });
}

/** Without the blanks and comments around it, which PostgreSQL counts to a statement and we do not. */
function trim(text: string): string {
  const scanner = new Scanner(text, 0);
  let start0 = -1;
  let end0 = 0;
  while (scanner.next() !== 'end') {
    if (start0 === -1) start0 = scanner.start0;
    ({ end0 } = scanner);
  }
  return text.slice(Math.max(start0, 0), end0);
}

describe('lexemes', () => {
  it('begin and end where PostgreSQL’s do', () => {
    const texts = [...valid, ...tokenSoups()];
    const judged = texts.flatMap((text) => {
      const theirs = boundariesOfPostgres(text);
      return theirs === null ? [] : [{ text, ours: boundaries(text), theirs }];
    });
    expect(judged.length).toBeGreaterThan(texts.length / 2);
    expect(judged.filter(({ ours, theirs }) => ours.join('\n') !== theirs.join('\n'))).toEqual([]);
  });
});

/** The server's own scanner joins these; libpg-query's, which keeps comments as tokens, does not. */
describe('literals continued over a comment', () => {
  it('are one literal', () => {
    const text = "SELECT E'a' -- c;\n'\\';', N'n;'";
    expect(sql.split(text).map((each) => each.text)).toEqual([text]);
    expect(boundaries(text)).toEqual(['SELECT', "E'a' -- c;\n'\\';'", ',', "N'n;'"]);
  });
});

/** Tokens in any order: PostgreSQL's scanner takes them without parsing. */
function tokenSoups(): readonly string[] {
  const tokens = [
    "'a;'",
    "E'\\''",
    '$$;$$',
    '"i;"',
    'word',
    'é',
    '1',
    '1.5',
    '+',
    '-',
    '<=',
    '@>',
    '::',
    ':=',
    '=>',
    '..',
    '(',
    ')',
    '[',
    ']',
    ',',
    ';',
    '*',
    '$1',
    '$t$x$t$',
    "U&'a'",
    "X'1F'",
  ];
  return Array.from({ length: runs }, (_, seed) => {
    const random = new Random(seed);
    const pieces = Array.from({ length: 1 + random.below(12) }, () => `${random.pick(tokens)}${random.pick(blanks)}`);
    return pieces.join('');
  });
}

function boundaries(text: string): readonly string[] {
  const scanner = new Scanner(text, 0);
  const found: string[] = [];
  while (scanner.next() !== 'end') found.push(text.slice(scanner.start0, scanner.end0));
  return found;
}

/** null: it does not scan there. Comments are tokens to it. */
function boundariesOfPostgres(text: string): readonly string[] | null {
  const bytes = Buffer.from(text);
  try {
    return scanSync(text)
      .tokens.filter(({ tokenName }) => !/COMMENT/.test(tokenName))
      .map(({ start, end }) => decoder.decode(bytes.subarray(start, end)));
  } catch {
    return null;
  }
}

describe('a read statement', () => {
  it('reaches the reader unchanged, whatever stands around it', () => {
    const around = fc.tuple(fc.constantFrom(...gaps), fc.constantFrom(...valid.slice(0, 19)), fc.constantFrom(...gaps));
    fc.assert(
      fc.property(around, ([before, statement, after]) => {
        const [only] = sql.split(`${before}${statement}\n;${after}`);
        expect(only).toMatchObject({ route: 'read' });
        expect(statement.startsWith(only?.text ?? '?')).toBe(true);
      }),
      { numRuns: runs },
    );
  });
});
