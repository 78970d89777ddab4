import { readdirSync, readFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nonreservedKeywords, reservedKeywords } from '../../../src/sql/keywords.ts';
import { expectRoundTrip, expectStatementsOrErrors, parseOne, words } from './checks.ts';
import { readGrammar, sharedFiles, visit } from './ebnf.ts';
import { Generator, join } from './generate.ts';
import { Random, runs } from './random.ts';

const root = joinPath(import.meta.dirname, '../../..');
const grammar = readGrammar();
const generator = new Generator(grammar, words);
const statements = [...grammar.files].filter(([file]) => !sharedFiles.has(file));

/** Rules whose text may be another statement's: `SET "role" = r` is SET ROLE. */
const otherKinds: Readonly<Record<string, readonly string[]>> = {
  'set-variable': ['set-role'],
  'reset-variable': ['set-role'],
};

describe.each(statements)('%s', (file, rule) => {
  const kinds: ReadonlySet<string> = new Set([file, ...(otherKinds[file] ?? [])]);

  it('generates statements that parse, and print as what they mean', () => {
    for (let seed = 0; seed < runs; seed += 1) {
      const random = new Random(seed);
      const text = join(generator.statement(rule, random), random);
      const statement = parseOne(text);
      if (!kinds.has(statement.kind)) throw new Error(`${statement.kind} is not ${file}: ${text}`);
      expectRoundTrip(statement);
    }
  });

  it('parses or fails inside the text with a token deleted, doubled or swapped', () => {
    for (let seed = 0; seed < runs; seed += 1) {
      const random = new Random(seed ^ 0x5a11);
      const tokens = mutate(generator.statement(rule, random), random);
      expectStatementsOrErrors(join(tokens, random));
    }
  });
});

const byName = (left: string, right: string): number => (left < right ? -1 : 1);

function mutate(tokens: readonly string[], random: Random): readonly string[] {
  const at = random.below(tokens.length);
  const token = tokens[at] ?? '';
  const other = random.pick([...tokens, ',', '(', ')', '=', '.', "'x'", '1', 'x', ';', 'SELECT', '=>', '[']);
  const replacement = random.pick([[], [token, token], [other], [other, token]]);
  return tokens.toSpliced(at, 1, ...replacement);
}

describe('keywords', () => {
  const terminals = new Set<string>();
  for (const node of grammar.rules.values()) {
    visit(node, (each) => {
      if (each.kind === 'terminal' && /^[A-Z]/.test(each.text)) terminals.add(each.text);
    });
  }
  const listed = readFileSync(joinPath(root, 'grammar/keywords.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(/\s+/));

  it('are the parser’s own', () => {
    const own = [
      ...reservedKeywords.map((word) => [word, 'reserved']),
      ...nonreservedKeywords.map((word) => [word, 'nonreserved']),
    ];
    expect(listed).toEqual(own.toSorted(([left = ''], [right = '']) => byName(left, right)));
  });

  it('hold every word of the grammar', () => {
    const known = new Set(listed.map(([word]) => word));
    expect([...terminals].filter((word) => !known.has(word))).toEqual([]);
  });

  it('are all used by the grammar, unless reserved for queries', () => {
    const unused = listed.filter(([word = '', kind]) => kind === 'nonreserved' && !terminals.has(word));
    expect(unused).toEqual([]);
  });
});

describe('files', () => {
  const kinds: readonly string[] = statements.map(([file]) => file).toSorted(byName);
  const names = (directory: string, extension: string): readonly string[] =>
    readdirSync(joinPath(root, directory))
      .filter((name) => name.endsWith(extension))
      .map((name) => name.slice(0, -extension.length));

  it('stand for every statement in the parser', () => {
    const union = readFileSync(joinPath(root, 'src/sql/statement.ts'), 'utf8');
    const imported = new Set(
      [...union.matchAll(/import type .* from '\.\/([\w-]+)\.ts'/g)].map(([, name = '']) => name),
    );
    expect([...imported].toSorted(byName)).toEqual(kinds);
  });

  it('stand for every statement in the corpus', () => {
    const corpus = new Set(names('grammar/corpus', '.txt'));
    expect(kinds.filter((kind) => !corpus.has(kind))).toEqual([]);
  });
});
