import { describe, expect, it } from 'vitest';
import { corpusFiles, outcome, readCorpus, rewriteCorpus } from './corpus.ts';

const rewrite = process.env['REWRITE'] === '1';
const files = corpusFiles().map((file) => [file, readCorpus(file)] as const);

describe.each(files)('grammar/corpus/%s', (file, cases) => {
  it('holds', () => {
    if (rewrite) rewriteCorpus(file, cases);
    else for (const { input, output } of cases) expect(outcome(input), input).toBe(output);
    expect(cases.length).toBeGreaterThan(0);
  });
});

describe('the corpus', () => {
  it('is large', () => {
    expect(files.reduce((sum, [, cases]) => sum + cases.length, 0)).toBeGreaterThanOrEqual(400);
  });

  it('says nothing twice', () => {
    const inputs = files.flatMap(([, cases]) => cases.map(({ input }) => input));
    expect(inputs.filter((input, index) => inputs.indexOf(input) !== index)).toEqual([]);
  });
});
