import { afterAll, beforeAll, expect, test } from 'vitest';
import { CloseStack } from '../../../src/close-stack.ts';
import { kindByType, type Client } from '../../../src/connections/index.ts';
import type pg from 'pg';
import { planned, run, stageContext } from '../../support/connection-run.ts';
import { password, startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { openWays, type Ways } from '../../support/ways.ts';

const kind = kindByType('postgres')!;
const opened = new CloseStack();
let ways: Ways;
let inside: TestPostgres;

beforeAll(async () => {
  ways = opened.use(await openWays());
  inside = opened.use(await startPostgres({ netns: ways.netns, settings: { max_connections: '130' } }));
  await ways.bastion.restart({ config: ['MaxStartups 2'] });
});

afterAll(() => opened[Symbol.asyncDispose]());

const details = () =>
  planned(kind, {
    HOST: 'db.internal',
    PORT: inside.port,
    DATABASE: 'app',
    USER: 'app',
    PASSWORD: { secret: password },
    ...ways.tunnel('tunnel'),
  });

const sessions = (): string => inside.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'sallyport'");

test('a hundred validations at once through a bastion that takes two logins at a time', async () => {
  const results = await Promise.all(Array.from({ length: 100 }, () => run(kind, details(), { dial: ways.dial })));
  expect(results.flatMap(({ error }) => error?.message ?? [])).toEqual([]);
  await expect.poll(sessions).toBe('0');
});

test('a login gives a client that works, and closes everything when disposed of', async () => {
  const client = (await kind.login?.(details(), stageContext({ dial: ways.dial }))) as Client;
  const { rows } = await (client.native as pg.Client).query<{ one: number }>('SELECT $1::int AS one', [1]);
  expect(rows).toEqual([{ one: 1 }]);
  expect(sessions()).toBe('1');
  await client[Symbol.asyncDispose]();
  await expect.poll(sessions).toBe('0');
});
