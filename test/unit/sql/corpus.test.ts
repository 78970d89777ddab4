import { describe, expect, it } from 'vitest';
import { corpusFiles, outcome, readCorpus, rewriteCorpus } from './corpus.ts';

const rewrite = process.env['REWRITE'] === '1';
const files = corpusFiles().map((file) => [file, readCorpus(file)] as const);

describe.each(files)('grammar/corpus/%s', (file, cases) => {
  it('holds', () => {
    if (rewrite) rewriteCorpus(file, cases);
    const now = rewrite ? readCorpus(file) : cases;
    expect(now.map(({ input }) => ({ input, output: outcome(input) }))).toEqual(
      now.map(({ input, output }) => ({ input, output })),
    );
    expect(now.length).toBeGreaterThan(0);
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
