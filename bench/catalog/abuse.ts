import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { type Sallyport, startSallyport } from '../../test/support/sallyport.ts';
import { elapsedMs, filledDataDir, residentMb } from './data.ts';

const connections = 200;
const slowForMs = 4_000;
/** How long a slow statement has run when others come. */
const headStartMs = 50;
const settleMs = 5_000;
/** After it a mirror that was ended has its successor. */
const warmMs = 3_000;

const endless = 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r';
const heavy: readonly (readonly [name: string, sql: string])[] = [
  ['endless recursive CTE', endless],
  ['cross join', 'SELECT count(*) FROM pg_proc AS a, pg_proc AS b, pg_proc AS c'],
  ['regular expression', "SELECT repeat('a', 5000) ~ '((((a*)*)*)*)*b'"],
  ['repeat() of 1 GB', "SELECT length(repeat('x', 1000000000))"],
  ['20 000 terms', `SELECT ${Array.from({ length: 20_000 }, () => '1').join('+')}`],
  ['2 000 nested selects', `SELECT ${'(SELECT '.repeat(2_000)}1${')'.repeat(2_000)}`],
];

/** What others wait while somebody asks for too much, and what is left of it in memory. */
export async function measureAbuse(): Promise<readonly string[]> {
  using dataDir = await filledDataDir(connections);
  await using server = await startSallyport({ dataDir: dataDir.path });
  const other = await server.client();
  await ask(other);
  const lines = ['| while | longest SELECT of another | goal | longest DDL | goal | |', '|---|---|---|---|---|---|'];
  const add = (name: string, waits: Waits, goalMs: number | null): void => {
    const verdict = waits.selectMs <= (goalMs ?? Infinity) && waits.ddlMs <= 50 ? 'met' : 'missed';
    lines.push(
      `| ${name} | ${waits.selectMs.toFixed(0)} ms | ${goalMs === null ? '' : `${goalMs} ms`} | ${waits.ddlMs.toFixed(0)} ms | 50 ms | ${verdict} |`,
    );
    process.stdout.write(`${lines.at(-1) ?? ''}\n`);
  };
  add('first endless statement, no second mirror', await during(server, [endless]), 1_200);
  for (const [name, sql] of heavy) {
    await delay(warmMs);
    add(name, await during(server, [sql]), 400);
  }
  await delay(warmMs);
  add('two endless statements at once', await during(server, [endless, endless]), 400);
  await delay(warmMs);
  // One of them is ended for the others, and its engine has to be started anew: no goal but that it goes on.
  add('three endless statements at once', await during(server, [endless, endless, endless]), null);
  await delay(settleMs);
  await ask(other);
  const resident = await residentMb(server.pid);
  return [
    ...lines,
    '',
    `Resident ${settleMs / 1_000} s after it: ${resident.toFixed(0)} MB (goal 420, ${resident <= 420 ? 'met' : 'missed'}).`,
  ];
}

interface Waits {
  readonly selectMs: number;
  readonly ddlMs: number;
}

let number = 0;

/** A look-up that no kept answer can give. */
async function ask(client: Client): Promise<void> {
  number += 1;
  await client.query(`SELECT id FROM mz_connections WHERE name = 'nothing ${number}'`);
}

async function during(server: Sallyport, slow: readonly string[]): Promise<Waits> {
  const slowOnes = await Promise.all(slow.map(() => server.client()));
  await Promise.all(slowOnes.map((client) => client.query(`SET statement_timeout = '${slowForMs}ms'`)));
  const [reader, writer] = [await server.client(), await server.client()];
  const ended = new AbortController();
  const ends = Promise.allSettled(slowOnes.map((client, index) => client.query(slow[index] ?? '')));
  void ends.then(() => ended.abort());
  await delay(headStartMs);
  const longest = async (step: () => Promise<unknown>): Promise<number> => {
    let longestMs = 0;
    do {
      const beganAtMs = performance.now();
      await step();
      longestMs = Math.max(longestMs, elapsedMs(beganAtMs));
      await delay(5);
    } while (!ended.signal.aborted);
    return longestMs;
  };
  const [selectMs, ddlMs] = await Promise.all([
    longest(() => ask(reader)),
    longest(() => writer.query(`CREATE SECRET abuse_${(number += 1)} AS 'x'`)),
  ]);
  await ends;
  await Promise.all([...slowOnes, reader, writer].map((client) => client.end()));
  return { selectMs, ddlMs };
}
