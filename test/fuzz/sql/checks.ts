import { expect } from 'vitest';
import { dialectWords } from '../../../src/connections/index.ts';
import { PgError } from '../../../src/errors/index.ts';
import { createSql, type DialectStatement } from '../../../src/sql/index.ts';

export const words = dialectWords();
export const sql = createSql(words);

/** The one dialect statement of `text`. @throws PgError; Error when the text is not one dialect statement. */
export function parseOne(text: string): DialectStatement {
  const [statement, second] = sql.split(text);
  if (statement === undefined || second !== undefined || statement.route !== 'dialect') {
    throw new Error(`not one dialect statement: ${text}`);
  }
  return sql.parse(text, statement);
}

/** A tree without its offsets, as text: the same text for the same tree. */
export const shape = (tree: unknown): string =>
  JSON.stringify(tree, (key, value: unknown) => (/offset0$/i.test(key) ? undefined : value));

/** A tree without its offsets. */
export function withoutOffsets(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map((each) => withoutOffsets(each));
  if (typeof tree !== 'object' || tree === null) return tree;
  const entries = Object.entries(tree).filter(([key]) => !/offset0$/i.test(key));
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutOffsets(value)]));
}

/** parse(print(x)) is x, and canonical text prints as itself. */
export function expectRoundTrip(statement: DialectStatement): void {
  const text = sql.print(statement, 'canonical');
  const again = parseOne(text);
  if (shape(again) !== shape(statement)) expect(withoutOffsets(again), text).toEqual(withoutOffsets(statement));
  const printed = sql.print(again, 'canonical');
  if (printed !== text) expect(printed).toBe(text);
  const redacted = parseOne(sql.print(statement, 'redacted'));
  if (redacted.kind !== statement.kind) expect(redacted.kind, text).toBe(statement.kind);
}

/** What bad text may end as. */
const codes: ReadonlySet<string> = new Set(['42601', '42622', '54000', '54001', '0A000']);

/** Splits and parses everything in `text`: each statement must parse and come back, or fail inside the text. */
export function expectStatementsOrErrors(text: string): void {
  let statements: ReturnType<typeof sql.split>;
  try {
    statements = sql.split(text);
  } catch (error) {
    expectGoodError(error, text);
    return;
  }
  for (const statement of statements) {
    if (!text.startsWith(statement.text, statement.offset0)) expect(statement).toBe('cut out of the text');
    if (statement.route !== 'dialect') continue;
    let parsed: DialectStatement;
    try {
      parsed = sql.parse(text, statement);
    } catch (error) {
      expectGoodError(error, text);
      continue;
    }
    expectRoundTrip(parsed);
  }
}

export function expectGoodError(error: unknown, text: string): void {
  if (!(error instanceof PgError)) throw error;
  if (error.code === '54000' && error.position1 === undefined) return;
  const inside = error.position1 !== undefined && error.position1 >= 1 && error.position1 <= [...text].length + 1;
  // `expect` costs more than a parse: it is asked only about what is wrong.
  if (!codes.has(error.code) || !inside) expect(error, text).toBe('a syntax error inside the text');
}
