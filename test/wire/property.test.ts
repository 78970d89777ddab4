import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WireListener } from '../../src/wire/index.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { letters, WireClient, type WireTarget } from '../support/wire-client.ts';
import { clientBytes } from './golden/client-message.ts';
import { listenToy } from './toy/handler.ts';

let postgres: TestPostgres;
let listener: WireListener;

beforeAll(async () => {
  postgres = await startPostgres({ settings: { max_connections: '50' } });
  listener = await listenToy();
});

afterAll(async () => {
  await listener[Symbol.asyncDispose]();
  await postgres[Symbol.asyncDispose]();
});

const statements = fc.constantFrom(
  'SELECT 1',
  'SELECT generate_series(1, 4)',
  'SELECT generate_series(1, 0)',
  'SELECT $1::int',
  "SET application_name = 'x'",
  'BEGIN',
  'COMMIT',
  'ROLLBACK',
  '',
  'nonsense',
  "SELECT 'x'::int",
  'SHOW application_name',
  'COPY (SELECT generate_series(1, 2)) TO STDOUT',
  "DO $$ BEGIN RAISE NOTICE 'hello'; END $$",
);
const strings = fc.oneof(
  statements.filter((text) => !text.includes('$1')),
  fc
    .array(
      statements.filter((text) => !text.includes('$1')),
      { maxLength: 3 },
    )
    .map((texts) => texts.join(';')),
  fc.constantFrom('DEALLOCATE ALL', 'DEALLOCATE a'),
);
const statementNames = fc.constantFrom('', 'a', 'b');
const portalNames = fc.constantFrom('', 'p', 'q');
const json = (kind: string) => (fields: unknown) => `${kind} ${JSON.stringify(fields)}`;

const message = fc.oneof(
  { weight: 3, arbitrary: strings.map(json('Query')) },
  { weight: 5, arbitrary: fc.record({ name: statementNames, text: statements }).map(json('Parse')) },
  {
    weight: 5,
    arbitrary: fc
      .record({
        portal: portalNames,
        statement: statementNames,
        values: fc.constantFrom<readonly (string | null)[]>([], [], ['7'], [null], ['x']),
        results: fc.constantFrom<readonly number[]>([], [0], [1], [0, 1]),
      })
      .map(json('Bind')),
  },
  {
    weight: 6,
    arbitrary: fc.record({ portal: portalNames, rows: fc.constantFrom(0, 1, 2, 4) }).map(json('Execute')),
  },
  { weight: 2, arbitrary: statementNames.map(json('DescribeStatement')) },
  { weight: 2, arbitrary: portalNames.map(json('DescribePortal')) },
  { weight: 1, arbitrary: statementNames.map(json('CloseStatement')) },
  { weight: 1, arbitrary: portalNames.map(json('ClosePortal')) },
  { weight: 1, arbitrary: fc.constant('Flush') },
  { weight: 4, arbitrary: fc.constant('Sync') },
);

/** The types of all answers, with the status of each ReadyForQuery, up to the closing that Terminate brings. */
async function sequence(target: WireTarget, user: string, lines: readonly string[]): Promise<string> {
  await using client = await WireClient.session(target, { user, database: 'app' });
  client.send(...[...lines, 'Sync', 'Terminate'].map(clientBytes));
  const frames = await client.untilClosed();
  return frames.map((frame) => (frame.type === 'Z' ? `Z${frame.body.toString('latin1')}` : letters([frame]))).join(' ');
}

test('random message sequences get the same types of answers as from PostgreSQL', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 25 }), async (lines) => {
      const ours = await sequence(listener.address, 'materialize', lines);
      const theirs = await sequence({ port: postgres.port }, 'trusted', lines);
      expect(ours).toBe(theirs);
    }),
    { numRuns: Number(process.env['RUNS'] ?? 300) },
  );
});
