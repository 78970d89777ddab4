import { fc } from '../support/properties.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WireListener } from '../../src/wire/index.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { type Sallyport, startSallyport } from '../support/sallyport.ts';
import { letters, WireClient, type WireTarget } from '../support/wire-client.ts';
import { clientBytes } from './golden/client-message.ts';
import { listenToy } from './toy/handler.ts';

let postgres: TestPostgres;
let listener: WireListener;
let sallyport: Sallyport;

beforeAll(async () => {
  postgres = await startPostgres({ settings: { max_connections: '50' } });
  listener = await listenToy();
  sallyport = await startSallyport({ args: ['--auth', 'trust'] });
  // The first read waits for the mirror to start: longer than any message may take on a busy machine.
  await sallyport.psql('SELECT 1');
}, 600_000);

afterAll(async () => {
  await sallyport[Symbol.asyncDispose]();
  await listener[Symbol.asyncDispose]();
  await postgres[Symbol.asyncDispose]();
});

/** Statements that every server here knows. */
const common = [
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
];

const statementNames = fc.constantFrom('', 'a', 'b');
const portalNames = fc.constantFrom('', 'p', 'q');
const json = (kind: string) => (fields: unknown) => `${kind} ${JSON.stringify(fields)}`;

function messages(texts: readonly string[], values: readonly (readonly (string | null)[])[]) {
  const statements = fc.constantFrom(...texts);
  const withoutParameters = fc.constantFrom(...texts.filter((text) => !text.includes('$1')));
  const strings = fc.oneof(
    withoutParameters,
    fc.array(withoutParameters, { maxLength: 3 }).map((parts) => parts.join(';')),
    fc.constantFrom('DEALLOCATE ALL', 'DEALLOCATE a'),
  );
  const bind = fc.record({
    portal: portalNames,
    statement: statementNames,
    values: fc.constantFrom(...values),
    results: fc.constantFrom<readonly number[]>([], [0], [1], [0, 1]),
  });
  const execute = fc.record({ portal: portalNames, rows: fc.constantFrom(0, 1, 2, 4) });
  return fc.oneof(
    { weight: 3, arbitrary: strings.map(json('Query')) },
    { weight: 5, arbitrary: fc.record({ name: statementNames, text: statements }).map(json('Parse')) },
    { weight: 5, arbitrary: bind.map(json('Bind')) },
    { weight: 6, arbitrary: execute.map(json('Execute')) },
    { weight: 2, arbitrary: statementNames.map(json('DescribeStatement')) },
    { weight: 2, arbitrary: portalNames.map(json('DescribePortal')) },
    { weight: 1, arbitrary: statementNames.map(json('CloseStatement')) },
    { weight: 1, arbitrary: portalNames.map(json('ClosePortal')) },
    { weight: 1, arbitrary: fc.constant('Flush') },
    { weight: 4, arbitrary: fc.constant('Sync') },
  );
}

/** The types of all answers, with the status of each ReadyForQuery, up to the closing that Terminate brings. */
async function sequence(
  target: WireTarget,
  user: string,
  database: string,
  lines: readonly string[],
): Promise<string[]> {
  await using client = await WireClient.session(target, { user, database });
  client.send(...[...lines, 'Sync', 'Terminate'].map(clientBytes));
  const frames = await client.untilClosed();
  return frames.map((frame) => (frame.type === 'Z' ? `Z${frame.body.toString('latin1')}` : letters([frame])));
}

const fromPostgres = (lines: readonly string[]) => sequence({ port: postgres.port }, 'trusted', 'app', lines);
const runs = (usual: number): number => Number(process.env['RUNS'] ?? usual);

test('random message sequences get the same types of answers as from PostgreSQL', { timeout: 600_000 }, async () => {
  const notice = "DO $$ BEGIN RAISE NOTICE 'hello'; END $$";
  const message = messages([...common, notice], [[], [], ['7'], [null], ['x']]);
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 25 }), async (lines) => {
      const said = await sequence(listener.address, 'materialize', 'materialize', lines);
      expect(said.join(' ')).toBe((await fromPostgres(lines)).join(' '));
    }),
    { numRuns: runs(300) },
  );
});

test('the whole server answers random message sequences alike', { timeout: 600_000 }, async () => {
  const withoutParameterStatus = (said: readonly string[]) => said.filter((type) => type !== 'S').join(' ');
  await fc.assert(
    fc.asyncProperty(
      fc.array(messages(common, [[], [], ['7'], [null]]), { minLength: 1, maxLength: 25 }),
      async (lines) => {
        const said = await sequence({ port: sallyport.sqlPort }, 'materialize', 'materialize', lines);
        expect(withoutParameterStatus(said)).toBe(withoutParameterStatus(await fromPostgres(lines)));
      },
    ),
    { numRuns: runs(150) },
  );
});
