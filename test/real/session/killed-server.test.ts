import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { expect, it } from 'vitest';
import { type Sallyport, startSallyport } from '../../support/sallyport.ts';

const kills = 20;
const testTimeoutMs = 180_000;

/** What the client was told, and the one statement that may or may not have happened. */
interface Told {
  readonly stored: Set<string>;
  inFlight: readonly string[];
}

it(
  'loses nothing acknowledged and shows nothing half done when killed while it writes',
  async () => {
    await using server = await startSallyport();
    const stored = new Set<string>();
    for (let kill = 0; kill < kills; kill += 1) {
      const told: Told = { stored, inFlight: [] };
      const client = await server.client();
      const stream = streamOfDdl(client, told, kill);
      await untilGrown(told, randomInt(1, 12));
      await delay(randomInt(0, 8));
      await server.kill('SIGKILL');
      await stream;
      await server.restart();
      await settle(server, told);
    }
    expect(stored.size).toBeGreaterThan(kills);
  },
  testTimeoutMs,
);

/** Creates secrets one by one, then two in one transaction, then drops the oldest, until the connection breaks. */
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

/** Compares what is there with what was acknowledged; a transaction in flight must be there whole or not at all, and audited once. */
async function settle(server: Sallyport, told: Told): Promise<void> {
  const client = await server.client();
  const { rows } = await client.query<{ name: string }>('SELECT name FROM mz_secrets');
  const names = new Set(rows.map((row) => row.name));
  const unexpected = [...names].filter((name) => !told.stored.has(name) && !told.inFlight.includes(name));
  const lost = [...told.stored].filter((name) => !names.has(name));
  expect({ unexpected, lost }).toEqual({ unexpected: [], lost: [] });
  expect([0, told.inFlight.length]).toContain(told.inFlight.filter((name) => names.has(name)).length);
  const audited = await client.query<{ name: string; times: string }>(
    `SELECT details->>'item' AS name, count(*) AS times FROM mz_audit_events
      WHERE event_type = 'create' AND object_type = 'secret' GROUP BY 1`,
  );
  expect(audited.rows.every((row) => Number(row.times) === 1)).toBe(true);
  expect(audited.rows).toHaveLength(names.size);
  for (const name of names) told.stored.add(name);
  await client.end();
}
