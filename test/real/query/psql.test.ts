import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../support/programs.ts';
import { type SameObjects, database, postgresOptions, startSameObjects, user } from './same-objects.ts';

/** Every reading backslash command of `\?` (psql 15), asked of this server and of a PostgreSQL with the same objects. */

const lists =
  'd da dA dAc dAf dAo dAp db dc dC dconfig dd dD ddp dE des det deu dew df dF dFd dFp dFt dg di dl dL dm dn do dO dp dP drds dRp dRs ds dt dT du dv dx dX dy l z'.split(
    ' ',
  );
const commands = [
  ...['', '+', 'S', 'S+'].flatMap((suffix) => lists.map((list) => `\\${list}${suffix}`)),
  ...[
    '\\d mz_connections',
    '\\d mz_catalog.mz_s*',
    '\\d nothing',
    '\\dv mz_internal.*',
    '\\dv *.mz_secrets',
    '\\dn sh*',
  ],
  ...[
    '\\dn+ shared',
    '\\dt *.nothing',
    '\\du re*',
    '\\dp mz_secrets',
    '\\df lower',
    '\\df+ pg_catalog.lower',
    '\\do ~~',
  ],
  ...[
    '\\dT int4',
    '\\dT+ pg_catalog.bool',
    '\\dC int4',
    '\\da count',
    '\\dF english',
    '\\dd shared',
    '\\dconfig TimeZone',
  ],
  ...[
    '\\dAc btree int4',
    '\\l nothing',
    '\\dx nothing',
    '\\sf nothing',
    '\\sv nothing',
    '\\d "odd ""name"',
    '\\dv mz_catalog.mz_[s]*',
  ],
];

/**
 * Lists of what the engine itself brings: another version has another list. For these the heading must be the same.
 * `S` adds the engine's own objects to every list.
 */
const ofTheEngine =
  /^\\(?:dA\w*|da|db|dC|dconfig|df|dF\w*|dL|dO|do|dT|l)\+?$|^\\\w+S\+?$|^\\(?:df\+ pg_catalog\.lower|dT\+ pg_catalog\.bool|dconfig TimeZone|dd shared|dC int4|dAc btree int4)$/;

let same: SameObjects;
let ours: ReadonlyMap<string, string>;
let theirs: ReadonlyMap<string, string>;
beforeAll(async () => {
  same = await startSameObjects();
  ours = await ask(same.sallyport.sqlPort, '');
  theirs = await ask(same.postgres.port, postgresOptions);
}, 600_000);
afterAll(async () => same?.[Symbol.asyncDispose]());

async function ask(port: number, options: string): Promise<ReadonlyMap<string, string>> {
  const input = commands.map((command, index) => `\\echo @@${index}\n\\warn @@${index}\n${command}\n`).join('');
  const where = ['-X', '-h', '127.0.0.1', '-p', String(port), '-U', user, '-P', 'pager=off', database];
  const env = { ...process.env, PGOPTIONS: options };
  const { stdout, stderr } = await runProgram('psql', where, { input, env });
  const [answers, errors] = [cut(stdout), cut(stderr)];
  return new Map(commands.map((command, index) => [command, (answers[index] ?? '') + (errors[index] ?? '')]));
}

const cut = (output: string): readonly string[] => output.split(/^@@\d+\n/m).slice(1);

/** What may differ between any two servers: widths, the first role's name, privileges that came after PostgreSQL 15. */
const comparable = (answer: string): string =>
  answer
    .replaceAll('arwdDxtm/', 'arwdDxt/')
    .replaceAll(/^.*?(?=ERROR|Did not find)/gm, '')
    .replaceAll(/[ -]{2,}/g, ' ')
    .replaceAll(/ +$/gm, '');

const heading = (answer: string): string => {
  const line = /^-+(?:\+-+)*$/m.exec(answer);
  const before =
    answer
      .slice(0, line?.index ?? 0)
      .trimEnd()
      .split('\n')
      .at(-1) ?? '';
  return before
    .split('|')
    .map((name) => name.trim())
    .join('|');
};

describe('psql', () => {
  it('gets an answer to every command', () => {
    expect(ours.size).toBe(commands.length);
    const failed = commands.filter(
      (command) => /ERROR/.test(ours.get(command) ?? '') && !/ERROR/.test(theirs.get(command) ?? ''),
    );
    expect(failed).toEqual([]);
  });

  it.each(commands.filter((command) => !ofTheEngine.test(command)))('%s', (command) => {
    expect(comparable(ours.get(command) ?? '')).toBe(comparable(theirs.get(command) ?? ''));
  });

  it.each(commands.filter((command) => ofTheEngine.test(command)))('%s, its heading', (command) => {
    expect(heading(ours.get(command) ?? '')).toBe(heading(theirs.get(command) ?? ''));
  });
});
