import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CloseStack } from '../../../src/close-stack.ts';
import { kindByType } from '../../../src/connections/index.ts';
import { failure, planned, run, type Written } from '../../support/connection-run.ts';
import { directDial } from '../../support/dial.ts';
import { startPgbouncer, type TestPgbouncer } from '../../support/pgbouncer.ts';
import { password, startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { createAuthority } from '../../support/tls.ts';

const kind = kindByType('postgres')!;
const authority = createAuthority('Test Authority');
const opened = new CloseStack();
let postgres: TestPostgres;
beforeAll(async () => {
  postgres = opened.use(await startPostgres());
});
afterAll(() => opened[Symbol.asyncDispose]());

describe.each(['session', 'transaction'] as const)('PgBouncer, pool mode %s', (poolMode) => {
  let bouncer: TestPgbouncer;
  beforeAll(async () => {
    const tls = authority.issue({ commonName: 'db.internal', names: ['DNS:db.internal'] });
    bouncer = opened.use(await startPgbouncer({ postgres, tls, poolMode }));
  });

  const validate = (written: Readonly<Record<string, Written>> = {}) => {
    const base = { HOST: 'db.internal', DATABASE: 'app', USER: 'app', PASSWORD: { secret: password } };
    return run(kind, planned(kind, { ...base, ...written }), { dial: directDial(() => bouncer) });
  };

  test.each<[string, Readonly<Record<string, Written>>]>([
    ['disable', {}],
    ['verify-full', { 'SSL MODE': 'verify-full', 'SSL CERTIFICATE AUTHORITY': authority.certificate }],
  ])('%s', async (_mode, written) => {
    const result = await validate(written);
    expect(result.error).toBeUndefined();
    expect(result.facts).toMatchObject({ version: expect.stringMatching(/^\d+/), standby: 'no', wal_level: 'replica' });
  });

  test('a wrong password', async () => {
    expect(failure(await validate({ PASSWORD: { secret: 'wrong' } }))).toMatchObject({
      code: '28P01',
      stage: 'login',
      hint: expect.stringContaining('auth_file'),
    });
  });

  test('a database that the pooler does not know', async () => {
    expect(failure(await validate({ DATABASE: 'missing' }))).toMatchObject({
      code: '3D000',
      stage: 'database',
      message: expect.stringContaining('missing'),
      hint: expect.stringContaining('[databases]'),
    });
  });
});
