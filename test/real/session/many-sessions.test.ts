import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sallyport, startSallyport } from '../../support/sallyport.ts';

const clients = 32;
const statementsEach = 10;

describe('many sessions at once', () => {
  let server: Sallyport;

  beforeAll(async () => {
    server = await startSallyport();
  });

  afterAll(() => server[Symbol.asyncDispose]());

  it('each of two sees at once what the other committed', async () => {
    const [left, right] = [await server.client(), await server.client()];
    await left.query("CREATE SECRET shared AS '1'");
    const seen = await right.query('SELECT name FROM mz_secrets');
    expect(seen.rows).toEqual([{ name: 'shared' }]);
    await right.query('DROP SECRET shared');
    expect((await left.query('SELECT name FROM mz_secrets')).rows).toEqual([]);
  });

  it('of two that create the same name one is refused', async () => {
    const [left, right] = [await server.client(), await server.client()];
    const results = await Promise.allSettled([left, right].map((client) => client.query("CREATE SECRET same AS '1'")));
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused.map((result) => (result.reason as { code: string }).code)).toEqual(['42710']);
  });

  it('32 doing unrelated DDL disturb nobody', async () => {
    const sessions = await Promise.all(Array.from({ length: clients }, () => server.client()));
    await Promise.all(
      sessions.map(async (session, index) => {
        for (let number = 0; number < statementsEach; number += 1) {
          await session.query(`CREATE SECRET many_${index}_${number} AS 'x'`);
        }
        await session.query(`DROP SECRET many_${index}_0`);
      }),
    );
    const [first] = sessions;
    const counted = await first?.query("SELECT count(*)::int AS n FROM mz_secrets WHERE name LIKE 'many%'");
    expect(counted?.rows).toEqual([{ n: clients * (statementsEach - 1) }]);
    const ids = await first?.query(
      'SELECT count(DISTINCT id)::int = count(*)::int AS ok FROM mz_objects WHERE id LIKE $1',
      ['u%'],
    );
    expect(ids?.rows).toEqual([{ ok: true }]);
  });
});
