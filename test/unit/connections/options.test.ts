import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type ConnectionKind,
  dialectWords,
  kinds,
  type OptionSpec,
  planOptions,
} from '../../../src/connections/index.ts';
import { PgError } from '../../../src/errors/index.ts';
import { createSql } from '../../../src/sql/index.ts';

const sql = createSql(dialectWords());
const root = join(import.meta.dirname, '../../..');

/** A value of the option's form, as a statement writes it. */
function sampleOf({ value }: OptionSpec): string {
  switch (value.form) {
    case 'text':
    case 'text-or-secret':
      return "'sample.internal'";
    case 'secret':
      return 'SECRET sample';
    case 'integer':
      return '7';
    case 'one-of':
      return `'${value.values.at(-1)}'`;
    case 'object':
      return 'sample';
    case 'text-list':
      return "('sample')";
    case 'broker':
      return "'sample.internal:9092'";
    case 'brokers':
      return "('sample.internal:9092', 'other.internal:9092' USING SSH TUNNEL sample)";
    default:
      return 'sample';
  }
}

function parse(text: string) {
  const [statement] = sql.split(text);
  if (statement === undefined) throw new Error('no statement');
  return sql.parse(text, statement);
}

function optionsOf(text: string) {
  const statement = parse(text);
  if (statement.kind !== 'create-connection') throw new Error(`not a CREATE CONNECTION but ${statement.kind}`);
  return statement.options;
}

/** What the table makes of one option; a refused one is the error. */
function convert(kind: ConnectionKind, text: string): unknown {
  try {
    return planOptions({
      kind,
      options: optionsOf(text),
      resolve: { secret: () => 'u1', connection: () => 'u2' },
      position1: (offset0) => offset0 + 1,
    });
  } catch (error) {
    return error;
  }
}

const cases = kinds.flatMap((kind) => Object.entries(kind.options).map(([name, spec]) => ({ kind, name, spec })));

describe.each(cases.map(({ kind, name, spec }) => [kind.words.join(' '), name, kind, spec] as const))(
  '%s: %s',
  (words, name, kind, spec) => {
    const text = `CREATE CONNECTION c TO ${words} (${name} = ${sampleOf(spec)})`;

    test('is parsed, and printed so that it parses to the same', () => {
      const printed = sql.print(parse(text), 'canonical');
      expect(printed).toContain(name);
      expect(sql.print(parse(printed), 'canonical')).toBe(printed);
    });

    test('is planned, or refused as the table says', () => {
      const planned = convert(kind, text);
      const refused = planned instanceof PgError ? planned.code : undefined;
      expect(refused).toBe(spec.value.form === 'refused' ? '0A000' : undefined);
    });

    test('is set and reset by ALTER CONNECTION', () => {
      const altered = `ALTER CONNECTION c SET (${name} = ${sampleOf(spec)}), RESET (${name})`;
      expect(parse(altered)).toMatchObject({ actions: [{ kind: 'set' }, { kind: 'drop', option: name }] });
    });

    test('is in the guide', () => {
      const page = readFileSync(join(root, 'docs/guide', `${kind.type}.md`), 'utf8');
      expect(page).toContain(`| ${name} |`);
    });
  },
);

const plain = cases.filter(({ spec }) => spec.value.form === 'text' || spec.value.form === 'secret');
test.each(plain.map(({ kind, name, spec }) => [kind.words.join(' '), name, spec.redact] as const))(
  '%s: %s written plainly is hidden: %s',
  (words, name, redact) => {
    const statement = parse(`CREATE CONNECTION c TO ${words} (${name} = 'plain words')`);
    expect(sql.print(statement, 'redacted').includes('plain words')).toBe(!redact);
  },
);

test('every option is tried by a test of its own', () => {
  const folders = ['unit/connections', 'real/postgres', 'real/mysql', 'real/kafka', 'real/confluent-schema-registry'];
  const tests = folders
    .flatMap((folder) => readdirSync(join(root, 'test', folder)).map((file) => join(root, 'test', folder, file)))
    .filter((file) => file !== import.meta.filename)
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const names = new Set(cases.map(({ name }) => name));
  expect([...names].filter((name) => !new RegExp(`\\b${name}\\b['":,]`).test(tests))).toEqual([]);
});
