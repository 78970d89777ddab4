import { describe, expect, it } from 'vitest';
import { dialectWords, kinds, refusedKinds } from '../../../src/connections/index.ts';
import { PgError } from '../../../src/errors/index.ts';
import { createSql } from '../../../src/sql/index.ts';

const words = dialectWords();
const sql = createSql(words);

function parse(source: string) {
  const [statement] = sql.split(source);
  if (statement === undefined) throw new Error('no statement');
  return sql.parse(source, statement);
}

function hintOf(source: string): string | undefined {
  try {
    parse(source);
  } catch (error) {
    if (error instanceof PgError) return error.hint;
    throw error;
  }
  throw new Error(`${source} parses`);
}

const create = (kind: string, options: string): string => `CREATE CONNECTION c TO ${kind} (${options})`;
const missing = 'NOSUCHOPTION';

describe('the words of the connection kinds', () => {
  it('list the options of every kind, refused ones too', () => {
    expect([...words.optionsByKind.keys()].toSorted()).toEqual([...words.kinds].toSorted());
    expect(words.optionsByKind.size).toBe(kinds.length + refusedKinds.length);
    expect(new Set([...words.optionsByKind.values()].flat())).toEqual(new Set(words.options.keys()));
  });

  it.each([
    ['POSTGRES', 'DATABSE', 'DATABASE'],
    ['POSTGRES', 'USERNAM', 'USERNAME'],
    ['KAFKA', 'BROKRES', 'BROKERS'],
    ['SSH TUNNEL', 'HSOT', 'HOST'],
    ['AWS', 'REGOIN', 'REGION'],
    ['ICEBERG CATALOG', 'WARHOUSE', 'WAREHOUSE'],
  ])('let a hint for %s propose its own option for %s', (kind, written, meant) => {
    expect(hintOf(create(kind, `${written} 'x'`))).toBe(`Did you mean ${meant}?`);
  });

  it.each([
    ['MYSQL', 'DATABSE'],
    ['SSH TUNNEL', 'DATABSE'],
    ['SSH TUNNEL', 'BROKRES'],
    ['POSTGRES', 'WARHOUSE'],
    ['KAFKA', missing],
  ])('keep the options of other kinds out of a hint: %s, %s', (kind, written) => {
    expect(hintOf(create(kind, `${written} 'x'`)) ?? '').not.toContain('Did you mean');
  });

  it.each([...words.redactedOptions])('hide a plain %s', (option) => {
    const [kind] = [...words.optionsByKind].find(([, names]) => names.includes(option)) ?? [];
    const statement = parse(create(kind ?? '', `${option} 'plain'`));
    expect(sql.print(statement, 'redacted')).toBe(create(kind ?? '', `${option} = '<REDACTED>'`));
    expect(sql.print(statement, 'canonical')).toContain("'plain'");
  });

  it('hide what is a secret in any kind, and nothing else', () => {
    const secrets = kinds.flatMap((kind) =>
      Object.entries(kind.options).flatMap(([name, { value }]) => (value.form === 'secret' ? [name] : [])),
    );
    expect([...words.redactedOptions]).toEqual(expect.arrayContaining([...secrets, 'SECRET ACCESS KEY']));
    const statement = parse(create('POSTGRES', "HOST 'h', PASSWORD SECRET p, SSL MODE 'require'"));
    expect(sql.print(statement, 'redacted')).toBe(sql.print(statement, 'canonical'));
  });
});
