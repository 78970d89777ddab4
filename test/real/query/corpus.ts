// npx tsx test/real/query/corpus.ts FILE: asks queries of real tools of this server and of a PostgreSQL with the same objects.
// FILE holds one JSON object a line: {"id", "tool", "sql", "params"}. Nothing of it is kept. Answers that differ must have their reason in
// corpus-differences.json, and only those. With --rows what differs is printed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client, QueryArrayResult } from 'pg';
import { startSameObjects } from './same-objects.ts';

interface Entry {
  readonly id: string;
  readonly tool: string;
  readonly sql: string;
  readonly params: readonly (string | null)[];
}

type Outcome = { readonly code: string; readonly message: string } | QueryArrayResult;

interface Comparison {
  readonly entry: Entry;
  readonly ours: Outcome;
  readonly theirs: Outcome;
  readonly verdict:
    | 'same'
    | 'same but rows'
    | 'same error'
    | 'columns differ'
    | 'only ours answers'
    | 'only PostgreSQL answers';
}

interface Differences {
  readonly reasons: Readonly<Record<string, string>>;
  /** Reasons by the id of the query. */
  readonly queries: Readonly<Record<string, string>>;
}

const [path, ...flags] = process.argv.slice(2);
if (path === undefined) throw new Error('usage: corpus.ts FILE');
const entries = readFileSync(path, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Entry);

await using same = await startSameObjects();
const [ours, theirs] = [await same.client('sallyport'), await same.client('postgres')];
const comparisons: Comparison[] = [];
for (const entry of entries) {
  const outcomes = { ours: await ask(ours, entry), theirs: await ask(theirs, entry) };
  comparisons.push({ entry, ...outcomes, verdict: compare(outcomes.ours, outcomes.theirs) });
}
report(comparisons);

async function ask(client: Client, { sql, params }: Entry): Promise<Outcome> {
  try {
    const result = (await client.query({
      text: sql,
      values: [...params],
      rowMode: 'array',
      types: { getTypeParser: () => String },
    })) as QueryArrayResult | readonly QueryArrayResult[];
    return Array.isArray(result) ? (result.at(-1) as QueryArrayResult) : (result as QueryArrayResult);
  } catch (error) {
    const { code = '', message } = error as { readonly code?: string; readonly message: string };
    return { code, message };
  }
}

function compare(mine: Outcome, other: Outcome): Comparison['verdict'] {
  if ('code' in mine) return 'code' in other ? 'same error' : 'only PostgreSQL answers';
  if ('code' in other) return 'only ours answers';
  const shape = (result: QueryArrayResult): string =>
    JSON.stringify(result.fields.map((field) => [field.name, typeOf(field.dataTypeID)]));
  if (shape(mine) !== shape(other)) return 'columns differ';
  return JSON.stringify(rowsOf(mine)) === JSON.stringify(rowsOf(other)) ? 'same' : 'same but rows';
}

/** OIDs from 10000 on are each server's own. */
function typeOf(oid: number): number {
  return oid < 10_000 ? oid : 0;
}

function isSame(verdict: Comparison['verdict']): boolean {
  return verdict === 'same' || verdict === 'same error';
}

/** In any order, without OIDs. */
function rowsOf(result: QueryArrayResult): readonly string[] {
  return result.rows
    .map((row) =>
      JSON.stringify(row)
        .replaceAll(/\b[1-9]\d{4,9}\b/g, '#')
        .replaceAll('arwdDxtm', 'arwdDxt'),
    )
    .toSorted();
}

function report(all: readonly Comparison[]): void {
  const { reasons, queries } = JSON.parse(
    readFileSync(join(import.meta.dirname, 'corpus-differences.json'), 'utf8'),
  ) as Differences;
  const write = (line: string): boolean => process.stdout.write(`${line}\n`);
  const unexplained = all.filter(
    ({ entry, verdict }) => !isSame(verdict) && reasons[queries[entry.id] ?? ''] === undefined,
  );
  const stale = all.filter(
    ({ entry, verdict }) => isSame(verdict) && !['oid-of-another-server', undefined].includes(queries[entry.id]),
  );
  for (const comparison of flags.includes('--rows') ? all.filter(({ verdict }) => !isSame(verdict)) : unexplained) {
    const { entry, verdict, ours: mine, theirs: other } = comparison;
    write(
      `${verdict}: ${entry.id}: ${show(mine)} / ${show(other)}: ${entry.sql.replaceAll(/\s+/g, ' ').slice(0, 160)}`,
    );
    if (flags.includes('--rows')) for (const line of difference(mine, other)) write(`  ${line.slice(0, 400)}`);
  }
  for (const { entry } of stale) write(`no longer differs: ${entry.id}`);

  const count = (key: (comparison: Comparison) => string | undefined): string => {
    const counts = new Map<string, number>();
    for (const comparison of all) {
      const name = key(comparison);
      if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return [...counts].map(([name, number]) => `${number} ${name}`).join(', ');
  };
  const failed = all.filter(({ verdict }) => verdict === 'only PostgreSQL answers').length;
  write(`\n${all.length} queries: ${count(({ verdict }) => verdict)}`);
  write(`reasons: ${count(({ entry, verdict }) => (isSame(verdict) ? undefined : (queries[entry.id] ?? 'none')))}`);
  write(`${((100 * (all.length - failed)) / all.length).toFixed(1)} % are answered wherever PostgreSQL answers`);
  process.exitCode = failed / all.length <= 0.01 && unexplained.length === 0 && stale.length === 0 ? 0 : 1;
}

function show(outcome: Outcome): string {
  return 'code' in outcome ? `${outcome.code} ${outcome.message}` : `${outcome.rows.length} rows`;
}

/** Some of the columns, or else rows, that only one of two results has. */
function difference(mine: Outcome, other: Outcome): readonly string[] {
  if ('code' in mine || 'code' in other) return [];
  const columns = (result: QueryArrayResult): readonly string[] =>
    result.fields.map((field) => `${field.name} ${typeOf(field.dataTypeID)}`);
  const only = (left: readonly string[], right: readonly string[]): readonly string[] => {
    const known = new Set(right);
    return left.filter((line) => !known.has(line)).slice(0, 3);
  };
  const compared = [columns, rowsOf].find((lines) => lines(mine).join('\n') !== lines(other).join('\n')) ?? rowsOf;
  return [
    ...only(compared(mine), compared(other)).map((line) => `+ ${line}`),
    ...only(compared(other), compared(mine)).map((line) => `- ${line}`),
  ];
}
