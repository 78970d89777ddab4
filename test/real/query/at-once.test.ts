import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReadContext } from '../../../src/query/index.ts';
import { Reading } from '../../unit/query/reading.ts';
import { role, secret, tunnel } from '../../unit/query/rows.ts';

const timeoutMs = 180_000;
const roles = ['materialize', 'bob', 'ann'] as const;
const sessions = Array.from({ length: 200 }, (_, number) => ({ process_id: number, role: 'bob' }));

/** Rows that take so long that they are made in slices. */
function* slowRows() {
  for (const row of sessions) {
    const endMs = performance.now() + 0.2;
    while (performance.now() < endMs);
    yield row;
  }
}

let reading: Reading;
beforeAll(async () => {
  const live = { relation: 'mz_internal.mz_sessions', rows: () => slowRows() };
  reading = new Reading(undefined, { liveRelations: [live] });
  reading.store.apply([role(2, 'bob'), role(3, 'ann')]);
  await reading.room.ready;
}, timeoutMs);
afterAll(async () => reading?.[Symbol.asyncDispose]());

/** What each read must find: who reads, what it asked for, and whether it sees what was committed before it. */
const facts = (number: number, relation: string): string => `SELECT current_user, ${number}, count(*) FROM ${relation}`;

describe('many reads at once', { timeout: timeoutMs }, () => {
  it('are each answered as their own session, and see what was committed before they came', async () => {
    const contexts = roles.map((name) => ({ role: name, sessionUser: name, superuser: name === 'materialize' }));
    const found: Promise<readonly (readonly (string | null)[])[]>[] = [];
    const expected: (readonly string[])[] = [];
    for (let number = 0; number < 240; number += 1) {
      // Several of the same session after one another: those are given to a mirror together.
      const who: Partial<ReadContext> = contexts[Math.floor(number / 8) % contexts.length] ?? {};
      const name = who.role ?? '';
      if (number % 20 === 0) reading.store.apply(tunnel(100 + number));
      const tunnels = String(1 + Math.floor(number / 20));
      if (number % 31 === 5) {
        found.push(reading.rows(facts(number, 'mz_internal.mz_sessions'), who));
        expected.push([name, String(number), String(sessions.length)]);
      } else if (number % 37 === 7) {
        found.push(reading.rows(facts(number, 'mz_secrets'), { ...who, overlay: [secret(number, 'mine')] }));
        expected.push([name, String(number), '1']);
      } else {
        found.push(reading.rows(facts(number, 'mz_ssh_tunnel_connections'), who));
        expected.push([name, String(number), tunnels]);
      }
    }
    expect((await Promise.all(found)).map(([row]) => row)).toEqual(
      expected.map(([name, number, count]) => [
        name,
        number,
        expect.toSatisfy((seen) => Number(seen) >= Number(count)),
      ]),
    );
  });

  it('survive the end of the engine that they were given to', async () => {
    const terms = `SELECT ${Array.from({ length: 20_200 }, () => '1').join('+')}`;
    const fatal = reading.rows(terms).catch((error: unknown) => error);
    const others = Array.from({ length: 20 }, (_, number) => reading.column(`SELECT ${number} FROM mz_roles LIMIT 1`));
    expect(await fatal).toMatchObject({ code: '54001' });
    expect(await Promise.all(others)).toEqual(Array.from({ length: 20 }, (_, number) => [String(number)]));
  });

  it('go on beside one that is cancelled before its turn', async () => {
    const long = 'SELECT count(*) FROM generate_series(1, 200000)';
    const texts = [100, 101, 102].map((number) => `SELECT ${number}, now() IS NULL FROM mz_roles LIMIT 1`);
    // From now on the gate knows them: what follows is given to the mirror at once.
    await Promise.all([long, ...texts].map((text) => reading.rows(text)));
    const abort = new AbortController();
    const first = reading.column(long);
    const cancelled = texts.map((text) => reading.rows(text, {}, [], abort.signal));
    const uncancelled = texts.map((text) => reading.rows(text));
    // Until all are with the mirror; its answers come no sooner than in the next turn of the event loop.
    for (let step = 0; step < 100; step += 1) await Promise.resolve();
    abort.abort();
    for (const read of cancelled) await expect(read).rejects.toMatchObject({ code: '57014' });
    expect(await first).toEqual(['200000']);
    expect(await Promise.all(uncancelled)).toEqual([[['100', 'f']], [['101', 'f']], [['102', 'f']]]);
  });
});
