import { describe, expect, it } from 'vitest';
import { kinds } from '../../../src/connections/index.ts';
import { outcome, planFiles, readPlanCorpus, rewritePlanCorpus, sql } from './corpus.ts';

const rewrite = process.env['REWRITE'] === '1';
const files = planFiles().map((file) => [file, readPlanCorpus(file)] as const);

describe.each(files)('grammar/corpus/plan/%s', (file, cases) => {
  it('holds', () => {
    if (rewrite) rewritePlanCorpus(file, cases);
    const now = rewrite ? readPlanCorpus(file) : cases;
    expect(now.map(({ input }) => ({ input, output: outcome(input) }))).toEqual(
      now.map(({ input, output }) => ({ input, output })),
    );
    expect(now.length).toBeGreaterThan(0);
  });
});

describe('the corpus of plans', () => {
  it('says nothing twice', () => {
    const inputs = files.flatMap(([, cases]) => cases.map(({ input }) => input));
    expect(inputs.filter((input, index) => inputs.indexOf(input) !== index)).toEqual([]);
  });

  describe.each(kinds.map((kind) => [kind.words.join(' '), kind] as const))('for %s', (_words, kind) => {
    const cases = new Map(files).get(`create-connection.${kind.type}.txt`) ?? [];
    const seen = cases.flatMap(({ input, output }) => optionsOf(input).map((names) => ({ names, output })));

    const outputs = seen.map(({ output }) => output);
    const outputsOf = (name: string, having: boolean): readonly string[] =>
      seen.filter(({ names }) => names.includes(name) === having).map(({ output }) => output);
    const all = Object.entries(kind.options);
    const taken = all.flatMap(([name, { value }]) => (value.form === 'refused' ? [] : [name]));
    const required = all.flatMap(([name, spec]) => (spec.required === true ? [name] : []));

    it.each(taken)('has %s accepted, refused and given twice', (name) => {
      expect(outputsOf(name, true)).toContainEqual(expect.stringMatching(/^create-connection/));
      expect(outputsOf(name, true)).toContainEqual(expect.stringMatching(/^error (22023|42704|42809)/));
      expect(outputs).toContainEqual(expect.stringContaining(`error 42601: ${name} specified more than once`));
    });

    it.each(required)('has %s missing', (name) => {
      expect(outputsOf(name, false).join('\n')).toMatch(new RegExp(`${name} option is required|must specify ${name}`));
    });

    it('has what is refused', () => {
      for (const [name] of all.filter(([option]) => !taken.includes(option))) {
        const refusal = `error 0A000: ${name} is not supported`;
        expect(outputs).toContainEqual(expect.stringContaining(refusal));
      }
    });
  });
});

function optionsOf(input: string): readonly (readonly string[])[] {
  try {
    return sql.split(input).flatMap((statement) => {
      const tree = sql.parse(input, statement);
      return tree.kind === 'create-connection' ? [tree.options.map((option) => option.name)] : [];
    });
  } catch {
    return [];
  }
}
