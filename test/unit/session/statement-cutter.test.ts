import { describe, expect, it } from 'vitest';
import { dialectWords } from '../../../src/connections/index.ts';
import { StatementCutter } from '../../../src/session/statement-cutter.ts';
import { createSql } from '../../../src/sql/index.ts';

const cutter = new StatementCutter(createSql(dialectWords()));

describe('a text that only reads', () => {
  it.each(['SELECT 1', 'SELECT 1; VALUES (2)', '  -- nothing\n'])('is cut once: %s', (text) => {
    const first = cutter.cut(text);
    expect(cutter.cut(text)).toBe(first);
    expect(first.map((statement) => text.slice(statement.offset0, statement.offset0 + statement.text.length))).toEqual(
      first.map((statement) => statement.text),
    );
  });

  it('is forgotten when many others came after it', () => {
    const first = cutter.cut('SELECT 0');
    for (let number = 1; number <= 1_000; number += 1) cutter.cut(`SELECT ${number}`);
    const again = cutter.cut('SELECT 0');
    expect(again).not.toBe(first);
    expect(again).toEqual(first);
  });

  it('is not kept when it is long', () => {
    const text = `SELECT '${'x'.repeat(3_000)}'`;
    expect(cutter.cut(text)).not.toBe(cutter.cut(text));
  });
});

describe('a text with a statement of the dialect', () => {
  it.each(["CREATE SECRET s AS 'x'", "SELECT 1; CREATE SECRET s AS 'x'", 'SHOW CONNECTIONS'])(
    'is not kept: %s',
    (text) => {
      expect(cutter.cut(text)).not.toBe(cutter.cut(text));
      expect(cutter.cut(text)).toEqual(cutter.cut(text));
    },
  );
});
