import { createHook } from 'node:async_hooks';
import { lookup } from 'node:dns/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CloseStack } from '../../../src/close-stack.ts';
import { kindByType } from '../../../src/connections/index.ts';
import { planned, run } from '../../support/connection-run.ts';
import { password, startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { openWays, type Ways } from '../../support/ways.ts';

const kind = kindByType('postgres')!;
const opened = new CloseStack();
let ways: Ways;
let inside: TestPostgres;

beforeAll(async () => {
  ways = opened.use(await openWays());
  inside = opened.use(await startPostgres({ netns: ways.netns }));
});

afterAll(() => opened[Symbol.asyncDispose]());

test('names behind the tunnel are looked up by the bastion alone', async () => {
  const lookups: { readonly hostname?: string }[] = [];
  const hook = createHook({
    init: (_id, type, _trigger, resource) => {
      if (type === 'GETADDRINFOREQWRAP' || type === 'QUERYWRAP') lookups.push(resource);
    },
  });
  const place = { HOST: 'db.internal', PORT: inside.port, ...ways.tunnel('jump') };
  const details = planned(kind, { ...place, DATABASE: 'app', USER: 'app', PASSWORD: { secret: password } });
  hook.enable();
  await lookup('localhost');
  const result = await run(kind, details, { dial: ways.dial });
  hook.disable();
  expect(result.error).toBeUndefined();
  expect(lookups.map(({ hostname }) => hostname)).toEqual(['localhost']);
});
