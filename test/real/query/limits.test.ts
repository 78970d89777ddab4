import { EventEmitter, once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Log, silentLog } from '../../../src/telemetry/index.ts';
import { Reading } from '../../unit/query/reading.ts';
import { tunnel } from '../../unit/query/rows.ts';

/** Several engines start and two run at full speed: on a busy machine that takes its time. */
const busyMs = 600_000;

let reading: Reading;
beforeAll(async () => {
  reading = new Reading();
  await reading.room.ready;
});
afterAll(async () => reading[Symbol.asyncDispose]());

const endless = 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r';

describe('a statement that does not end', () => {
  it('is stopped by its time-out, and the next read is answered', async () => {
    await expect(reading.rows(endless, { statementTimeoutMs: 300 })).rejects.toMatchObject({
      code: '57014',
      message: 'canceling statement due to statement timeout',
    });
    expect(await reading.column('SELECT 1')).toEqual(['1']);
  });

  it('is stopped by a cancel', async () => {
    const abort = new AbortController();
    const read = reading.rows(endless, {}, [], abort.signal);
    setTimeout(() => abort.abort(), 200);
    await expect(read).rejects.toMatchObject({ code: '57014', message: 'canceling statement due to user request' });
    expect(await reading.column('SELECT 1')).toEqual(['1']);
  });

  it('does not hold others up, nor do two', { timeout: busyMs }, async () => {
    const abort = new AbortController();
    const slow = [reading.rows(endless, {}, [], abort.signal), reading.rows(endless, {}, [], abort.signal)];
    const ends = Promise.allSettled(slow);
    reading.store.apply(tunnel(50, 'meanwhile'));
    expect(await reading.column("SELECT name FROM mz_connections WHERE name = 'meanwhile'")).toEqual(['meanwhile']);
    expect(await reading.column('SELECT 2')).toEqual(['2']);
    abort.abort();
    const codes = (await ends).map((end) =>
      end.status === 'rejected' ? (end.reason as { code: string }).code : 'done',
    );
    expect(codes).toEqual(['57014', '57014']);
    expect(await reading.column('SELECT 3')).toEqual(['3']);
  });

  it('leaves spare mirrors behind: the next ones find them warm', { timeout: busyMs }, async () => {
    let started = 0;
    const warm = new EventEmitter();
    const log: Log = {
      ...silentLog,
      info: (_, message) => message === 'mirror started' && warm.emit('started', ++started),
    };
    await using own = new Reading(undefined, { log });
    await own.room.ready;
    const next = once(warm, 'started', { signal: AbortSignal.timeout(busyMs) });
    await expect(own.rows(endless, { statementTimeoutMs: 100 })).rejects.toMatchObject({ code: '57014' });
    await next;
    if (started < 3) await once(warm, 'started', { signal: AbortSignal.timeout(busyMs) });
    expect(await own.column('SELECT 1')).toEqual(['1']);
    expect(started).toBeGreaterThanOrEqual(3);
  });

  it('is cancelled while it waits, without hurting the one that runs', async () => {
    const abort = new AbortController();
    const running = reading.rows('SELECT count(*) FROM generate_series(1, 300000) AS n');
    const waiting = reading.rows('SELECT 1', {}, [], abort.signal);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: '57014' });
    expect(await running).toEqual([['300000']]);
  });
});

describe('a statement that is too much', () => {
  const sum = (terms: number): string => `SELECT ${Array.from({ length: terms }, () => '1').join('+')}`;

  const ends = ['answered', '54001', '54000', '53200', '57014', '2201B'];

  it.each([
    ['terms', sum(20_000), ['54001'], 60_000],
    ['nested selects', `SELECT ${'(SELECT '.repeat(2_000)}1${')'.repeat(2_000)}`, ends],
    ['memory in one value', "SELECT length(repeat('x', 1000000000))", ['53200', 'answered'], 60_000],
    ['memory in many rows', 'SELECT array_agg(n) FROM generate_series(1, 100000000) AS n', ['53200', '57014', '54000']],
    ['a regular expression', "SELECT repeat('a', 5000) ~ '((((a*)*)*)*)*b'", ends],
    ['a cross join', 'SELECT count(*) FROM pg_proc AS a, pg_proc AS b, pg_proc AS c', ['57014']],
  ])('%s', async (_, text, expected, statementTimeoutMs = 5_000) => {
    const end = await reading.rows(text, { statementTimeoutMs }).then(
      () => 'answered',
      (error: { readonly code: string }) => error.code,
    );
    expect(expected).toContain(end);
    expect(await reading.column('SELECT 1')).toEqual(['1']);
  });

  it('fails alone: those that wait are answered', { timeout: busyMs }, async () => {
    const fatal = reading.rows(sum(20_100)).catch((error: unknown) => error);
    const waiting = [71, 72, 73].map((number) => reading.column(`SELECT ${number}`));
    expect(await fatal).toMatchObject({ code: '54001' });
    expect(await Promise.all(waiting)).toEqual([['71'], ['72'], ['73']]);
  });

  it('thirty times over leaves the parser whole', { timeout: busyMs }, async () => {
    for (let round = 0; round < 30; round += 1) {
      await expect(reading.rows(sum(20_000 + round))).rejects.toMatchObject({ code: '54001' });
    }
    expect(await reading.column('SELECT 1 + 1')).toEqual(['2']);
  });
});

describe('a client that does not read', () => {
  it('holds the engine back instead of growing memory, and others are served', { timeout: busyMs }, async () => {
    const text = "SELECT repeat('x', 1000) FROM generate_series(1, 100000)";
    const parameters = { types: [], values: [], parameterFormats: [], resultFormats: [] } as const;
    const cursor = reading.room.open({ text, offset0: 0, source: text }, parameters, reading.context());
    const abort = new AbortController();
    let seen = 0;
    const read = cursor.fetch(
      0,
      false,
      { message: () => (++seen < 3 ? undefined : new Promise<void>(() => {})) },
      abort.signal,
    );
    expect(await reading.column('SELECT 5')).toEqual(['5']);
    expect(seen).toBe(3);
    abort.abort();
    await expect(read).rejects.toMatchObject({ code: '57014' });
    expect(await reading.column('SELECT 6')).toEqual(['6']);
  });
});
