import { typed } from '../../support/wire-client.ts';
import { type Attack, codes, expectSame } from './attack.ts';

/** A query string of any bytes: one of these errors, and the session goes on. */
const refused = (name: string, text: string | Uint8Array, expected: readonly string[]): Attack => ({
  name,
  run: async (victim) => {
    const client = await victim.session();
    client.send(typed('Q', Buffer.concat([Buffer.from(text), Buffer.from([0])])));
    const [code = 'none'] = await codes(client);
    if (!expected.includes(code)) throw new Error(`answered ${code}, expected ${expected.join(' or ')}`);
    client.query('SHOW application_name');
    expectSame(await codes(client), [], 'errors afterwards');
  },
});

const bytes = (...parts: readonly (string | number)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))));

/** Attacks by the text of a statement. */
export const byText: readonly Attack[] = [
  refused('a zero byte in a statement', bytes('SELECT 1', 0, '; SELECT 2'), ['08P01']),
  refused('bytes that are no UTF-8', bytes("SELECT '", 0xff, 0xfe, "'"), ['22021']),
  refused('an overlong slash', bytes("SELECT '", 0xc0, 0xaf, "'"), ['22021']),
  refused('half of a surrogate pair', bytes("SELECT '", 0xed, 0xa0, 0x80, "'"), ['22021']),
  refused('a character that is cut', bytes("SELECT '", 0xf0, 0x9f, 0x98), ['22021']),
  refused('a character beyond Unicode', bytes("SELECT '", 0xf4, 0x90, 0x80, 0x80, "'"), ['22021']),
  refused('parentheses a hundred thousand deep', `SELECT ${'('.repeat(100_000)}1${')'.repeat(100_000)}`, [
    '54001',
    '54000',
    '42601',
  ]),
  refused('a cast a hundred thousand deep', `SELECT 1${'::int'.repeat(100_000)}`, ['54001', '54000']),
  refused('NOT a hundred thousand times', `SELECT ${'NOT '.repeat(100_000)}true`, ['54001', '54000']),
  refused('option lists nested without end', `CREATE CONNECTION c TO KAFKA (${'BROKERS ('.repeat(50_000)}`, [
    '54001',
    '54000',
    '42601',
  ]),
  refused('comments nested without end', `${'/*'.repeat(200_000)} SELECT 1`, ['42601', '54000', '54001']),
  refused('an open string', "SELECT 'never ends", ['42601']),
  refused('an open dollar quote', 'SELECT $a$never ends', ['42601']),
  refused('an open identifier', 'SELECT "never ends', ['42601']),
  refused('an open comment', '/* never ends', ['42601']),
  refused('an identifier of half a megabyte', `CREATE SCHEMA ${'x'.repeat(500_000)}`, ['42622', '54000', '42601']),
  refused(
    'a number of half a megabyte',
    `CREATE CONNECTION c TO SSH TUNNEL (HOST 'h', USER 'u', PORT ${'9'.repeat(500_000)})`,
    ['22023', '54000', '42601', '22003'],
  ),
  refused('a wall of operators', `SELECT 1 ${'+-*/<>=~!@#%^&|`?'.repeat(20_000)} 1`, [
    '42601',
    '54000',
    '42883',
    '54001',
  ]),
  refused('a list of a hundred thousand numbers', `SELECT 1 WHERE 0 IN (${'1,'.repeat(100_000)}`, [
    '42601',
    '54000',
    '54001',
  ]),
  refused('a string of a hundred thousand statements', 'x;'.repeat(100_000), ['42601', '54000']),
  refused('terminal escapes in an identifier', 'SELECT "\u001b[2J\u001b]0;owned\u0007"', ['42703', '42601']),
  refused('letters that read from right to left', 'DROP CONNECTION "\u202e\u2066x"', ['42704']),
  {
    name: 'half a million semicolons',
    run: async (victim) => {
      const client = await victim.session();
      client.query(';'.repeat(500_000));
      expectSame(
        (await client.until('Z')).map(({ type }) => type),
        ['I', 'Z'],
        'answers',
      );
    },
  },
];
