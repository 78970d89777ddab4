// node --import tsx bench/dialect.ts: microseconds to split and parse a statement of the corpus, to print it, and whether time grows with length.
import { dialectWords } from '../src/connections/index.ts';
import { createSql, type DialectStatement } from '../src/sql/index.ts';
import { corpusFiles, readCorpus } from '../test/unit/sql/corpus.ts';
import { circumstances, quantile, writeSection } from './results.ts';

const sql = createSql(dialectWords());
const rounds = 200;
const goalUs = 15;
const mebibyte = 1024 * 1024;

function parseAll(text: string): readonly DialectStatement[] {
  return sql.split(text).flatMap((statement) => (statement.route === 'dialect' ? [sql.parse(text, statement)] : []));
}

/** Inputs of the corpus that hold one statement and parse. */
function statements(): readonly string[] {
  const inputs = corpusFiles().flatMap((file) => readCorpus(file).map(({ input }) => input));
  return inputs.filter((input) => {
    try {
      return parseAll(input).length === 1;
    } catch {
      return false;
    }
  });
}

/** The median of many runs, in microseconds. */
function medianUs(run: () => unknown): number {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const startedAtMs = performance.now();
    run();
    times.push((performance.now() - startedAtMs) * 1_000);
  }
  return quantile(times, 0.5);
}

const inputs = statements();
for (let round = 0; round < 20; round += 1) for (const input of inputs) parseAll(input);

const buckets = [
  { name: 'up to 50', from: 0, to: 50 },
  { name: '51 to 100', from: 51, to: 100 },
  { name: '101 to 300', from: 101, to: 300 },
  { name: '301 and more', from: 301, to: Number.POSITIVE_INFINITY },
].map(({ name, from, to }) => {
  const chosen = inputs.filter((input) => input.length >= from && input.length <= to);
  const parses = chosen.map((input) => medianUs(() => parseAll(input)));
  const prints = chosen.map((input) => {
    const trees = parseAll(input);
    return medianUs(() => trees.map((tree) => sql.print(tree, 'canonical')));
  });
  const cells = [quantile(parses, 0.5), quantile(parses, 0.95), Math.max(...parses), quantile(prints, 0.5)];
  return { row: `| ${name} | ${chosen.length} | ${cells.map((cell) => cell.toFixed(1)).join(' | ')} |`, to, parses };
});
const short = quantile(
  buckets.filter(({ to }) => to <= 300).flatMap(({ parses }) => parses),
  0.5,
);

/** Texts that grow to a given size in different ways. */
const shapes: Readonly<Record<string, (size: number) => string>> = {
  'one long string': (size) => `CREATE SECRET s AS '${'x'.repeat(size - 32)}'`,
  'one string of quotes': (size) => `CREATE SECRET s AS '${"''".repeat((size - 32) / 2)}'`,
  'many statements': (size) => "ALTER CONNECTION c SET (HOST = 'x');".repeat(size / 37),
  'a long list of short items': (size) => `SET x = ${'ab,'.repeat(9_000)}${'a.bc'.repeat((size - 28_000) / 4)}`,
  'one long query': (size) => `PREPARE p AS SELECT ${"a + 'b', ".repeat((size - 64) / 9)} 1`,
};
const sizes = [mebibyte / 16, mebibyte / 4, mebibyte];
const growth = Object.entries(shapes).map(([name, make]) => {
  const perKib = sizes.map((size) => {
    const text = make(size);
    parseAll(text);
    const best = Math.min(...Array.from({ length: 7 }, () => timeUs(() => parseAll(text))));
    return best / (text.length / 1_024);
  });
  return `| ${name} | ${perKib.map((each) => each.toFixed(1)).join(' | ')} |`;
});

/** Processor time, which other work on the machine does not stretch. */
function timeUs(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  return process.cpuUsage(before).user;
}

const lines = [
  `${inputs.length} statements of the corpus, ${rounds} times each. ${circumstances()}`,
  '',
  '| characters | statements | µs to split and parse, median | 95 % | worst | µs to print, median |',
  '|---|---|---|---|---|---|',
  ...buckets.map(({ row }) => row),
  '',
  `Median up to 300 characters: ${short.toFixed(1)} µs; goal ${goalUs} µs, ${short <= goalUs ? 'met' : 'missed'}.`,
  '',
  'Processor time, best of 7; linear means that a row keeps its number:',
  '',
  '| µs per KiB, at | 64 KiB | 256 KiB | 1 MiB |',
  '|---|---|---|---|',
  ...growth,
];
writeSection('Dialect (bench/dialect.ts)', lines);
process.stdout.write(`${lines.join('\n')}\n`);
