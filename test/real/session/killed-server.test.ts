import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { expect, it } from 'vitest';
import { type Sallyport, startSallyport } from '../../support/sallyport.ts';

const kills = 20;
/** Reading waits for the first mirror, so it is not done after each kill: what is lost stays lost. */
const readsEvery = 5;
const testTimeoutMs = 600_000;

/** What the client was told, and what was under way at each kill: it may have happened, but only whole. */
interface Told {
  readonly stored: Set<string>;
  inFlight: readonly string[];
  readonly undecided: (readonly string[])[];
}

it(
  'loses nothing acknowledged and shows nothing half done when killed while it writes',
  async () => {
    await using server = await startSallyport();
    const told: Told = { stored: new Set(), inFlight: [], undecided: [] };
    for (let kill = 1; kill <= kills; kill += 1) {
      const client = await server.client();
      const stream = streamOfDdl(client, told, kill);
      await untilGrown(told, randomInt(1, 12));
      await delay(randomInt(0, 8));
      await server.kill('SIGKILL');
      await stream;
      told.undecided.push(told.inFlight);
      await server.restart();
      if (kill % readsEvery === 0) await settle(server, told);
    }
    expect(told.stored.size).toBeGreaterThan(kills);
  },
  testTimeoutMs,
);

/** Creates secrets one by one and, each third time, two in one transaction, until the connection breaks. */
async function streamOfDdl(client: Client, told: Told, round: number): Promise<void> {
  try {
    for (let number = 0; ; number += 1) {
      const name = `s_${round}_${number}`;
      const names = number % 3 === 2 ? [`${name}_a`, `${name}_b`] : [name];
      told.inFlight = names;
      await client.query(names.map((each) => `CREATE SECRET ${each} AS 'value of ${each}'`).join('; '));
      for (const each of names) told.stored.add(each);
      told.inFlight = [];
    }
  } catch (error) {
    if (!/terminated|ECONNRESET|closed|EPIPE/.test((error as Error).message)) throw error;
  }
}

async function untilGrown(told: Told, by: number): Promise<void> {
  const from = told.stored.size;
  const deadlineMs = performance.now() + 30_000;
  while (told.stored.size < from + by && performance.now() < deadlineMs) await delay(1);
  expect(told.stored.size).toBeGreaterThanOrEqual(from + by);
}

/** Compares what is there with what was acknowledged; each object must have been audited once, with it. */
async function settle(server: Sallyport, told: Told): Promise<void> {
  const client = await server.client();
  const { rows } = await client.query<{ name: string }>('SELECT name FROM mz_secrets');
  const names = new Set(rows.map((row) => row.name));
  expect([...told.stored].filter((name) => !names.has(name))).toEqual([]);
  for (const group of told.undecided) {
    const there = group.filter((name) => names.has(name));
    expect([0, group.length]).toContain(there.length);
    for (const name of there) told.stored.add(name);
  }
  expect([...names].filter((name) => !told.stored.has(name))).toEqual([]);
  const audited = await client.query<{ name: string; times: string }>(
    `SELECT details->>'item' AS name, count(*) AS times FROM mz_audit_events
      WHERE event_type = 'create' AND object_type = 'secret' GROUP BY 1`,
  );
  expect(audited.rows.filter((row) => Number(row.times) !== 1)).toEqual([]);
  expect(audited.rows).toHaveLength(names.size);
  await client.end();
}
