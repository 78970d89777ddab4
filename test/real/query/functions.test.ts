import { afterAll, beforeAll, expect, it } from 'vitest';
import { functionVerdict } from '../../../src/query/gate/functions.ts';
import { Reading } from '../../unit/query/reading.ts';

let reading: Reading;
beforeAll(async () => {
  reading = new Reading();
  await reading.room.ready;
});
afterAll(async () => reading[Symbol.asyncDispose]());

const callable = `SELECT DISTINCT proname::text FROM pg_proc WHERE true`;

it('every function of the engine is either allowed by name or refused', async () => {
  const names = await reading.column(callable);
  expect(names.length).toBeGreaterThan(2_000);
  expect(names.filter((name) => functionVerdict(name ?? '') === 'unknown')).toEqual([]);
});

it('the private functions of the mirror are not among the allowed', async () => {
  const names = await reading.column("SELECT DISTINCT proname::text FROM pg_proc WHERE proname LIKE '\\_mirror\\_%'");
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => functionVerdict(name ?? '') !== 'refused')).toEqual([]);
});

it('no volatile function is allowed unseen', async () => {
  const names = await reading.column(`${callable} AND provolatile = 'v' AND prokind = 'f' ORDER BY 1`);
  await expect(names.filter((name) => functionVerdict(name ?? '') === 'allowed').join('\n')).toMatchFileSnapshot(
    'volatile-functions.txt',
  );
});
