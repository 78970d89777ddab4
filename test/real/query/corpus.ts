// npx tsx test/real/query/corpus.ts FILE: asks queries of real tools of this server and of a PostgreSQL with the same objects.
// FILE holds one JSON object a line: {"id", "tool", "sql", "params"}. Nothing of it is kept.
import { readFileSync } from 'node:fs';
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

const [path] = process.argv.slice(2);
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

/** In any order, without OIDs, and with one name for the first role. */
function rowsOf(result: QueryArrayResult): readonly string[] {
  return result.rows
    .map((row) =>
      JSON.stringify(row)
        .replaceAll(/\b[1-9]\d{4,9}\b/g, '#')
        .replaceAll('postgres', 'mz_system')
        .replaceAll('arwdDxtm', 'arwdDxt'),
    )
    .toSorted();
}

function report(all: readonly Comparison[]): void {
  const counts = new Map<string, number>();
  for (const { verdict } of all) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const write = (line: string): boolean => process.stdout.write(`${line}\n`);
  for (const { entry, verdict, ours: mine, theirs: other } of all) {
    if (verdict === 'same') continue;
    const what = 'code' in mine ? `${mine.code} ${mine.message}` : `${mine.rows.length} rows`;
    const against = 'code' in other ? `${other.code} ${other.message}` : `${other.rows.length} rows`;
    write(`${verdict}: ${entry.id}: ${what} / ${against}: ${entry.sql.replaceAll(/\s+/g, ' ').slice(0, 160)}`);
  }
  const succeeded = all.length - (counts.get('only PostgreSQL answers') ?? 0);
  write(`\n${all.length} queries: ${[...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', ')}`);
  write(`${((100 * succeeded) / all.length).toFixed(1)} % are answered wherever PostgreSQL answers`);
  process.exitCode = succeeded / all.length >= 0.99 ? 0 : 1;
}
