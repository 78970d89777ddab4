import { serialize } from 'pg-protocol';
import { typed } from '../../support/wire-client.ts';
import { type Attack, codes, expectSame, linger, many, reset, seeded, type Victim } from './attack.ts';

const oneRow = 'SHOW application_name';

function lengthOnly(type: string, length: number): Buffer {
  const message = typed(type);
  message.writeInt32BE(length, 1);
  return message;
}

/** Sends a string and expects these errors, and the session to go on. */
const answered = (name: string, message: () => Uint8Array, expected: readonly string[]): Attack => ({
  name,
  run: async (victim) => {
    const client = await victim.session();
    client.send(message());
    expectSame(await codes(client), expected, 'errors');
    client.query(oneRow);
    expectSame(await codes(client), [], 'errors afterwards');
  },
});

const flood = (name: string, count: number, message: Uint8Array): Attack => ({
  name,
  run: async (victim) => {
    const client = await victim.session();
    client.socket.pause();
    const block = Buffer.concat(Array.from({ length: 500 }, () => message));
    for (let sent = 0; sent < count; sent += 500) client.socket.write(block);
    await linger(500);
    client.discard();
    client.send(serialize.end());
    await client.untilClosed();
  },
});

async function fillNames(victim: Victim, count: number, message: (index: number) => Uint8Array): Promise<string[]> {
  const client = await victim.session();
  client.query('BEGIN');
  await client.until('Z');
  client.send(serialize.parse({ name: 'base', text: oneRow }), serialize.sync());
  await client.until('Z');
  const found = new Set<string>();
  for (let start = 0; start < count; start += 500) {
    const batch = Array.from({ length: Math.min(500, count - start) }, (_, offset) => message(start + offset));
    client.send(...batch, serialize.sync());
    for (const code of await codes(client)) found.add(code);
  }
  return [...found];
}

/** Attacks by somebody who has a session: against its messages and their limits. */
export const inSession: readonly Attack[] = [
  {
    name: 'every message type there is, and is not',
    run: (victim) =>
      many(
        256,
        async (type) => {
          const client = await victim.session();
          client.send(typed(String.fromCharCode(type), Buffer.from([0, 0, 0, 0, 0, 0])), serialize.sync());
          client.socket.end();
          await client.untilClosed();
        },
        16,
      ),
  },
  {
    name: 'messages announced and never sent',
    run: async (victim) => {
      await many(50, async () => (await victim.session()).send(lengthOnly('Q', 16 * 1024 * 1024)));
      await linger();
    },
  },
  {
    name: 'a gigabyte announced and never sent',
    run: async (victim) => {
      (await victim.session()).send(lengthOnly('d', 0x3fff_ffff));
      await linger();
    },
  },
  answered('a message over its limit', () => typed('Q', Buffer.alloc(17 * 1024 * 1024, 0x20)), ['54000']),
  answered('a statement over its limit', () => serialize.query(`SELECT '${'x'.repeat(2 * 1024 * 1024)}'`), ['54000']),
  {
    name: 'a query that drips',
    run: async (victim) => {
      const client = await victim.session();
      for (const byte of serialize.query(`${oneRow}${' '.repeat(1500)}`)) client.socket.write(Buffer.from([byte]));
      expectSame(await codes(client), [], 'errors');
    },
  },
  {
    name: 'a large statement in small pieces',
    run: async (victim) => {
      const client = await victim.session();
      const message = serialize.query(`${oneRow}${' '.repeat(1_000_000)}`);
      for (let at = 0; at < message.length; at += 700) client.socket.write(message.subarray(at, at + 700));
      expectSame(await codes(client), [], 'errors');
    },
  },
  {
    name: 'a Parse with as many types as can be',
    run: async (victim) => {
      const client = await victim.session();
      client.send(serialize.parse({ text: oneRow, types: Array.from({ length: 65_535 }, () => 25) }), serialize.sync());
      await client.until('Z');
    },
  },
  {
    name: 'a Bind with as many parameters as can be',
    run: async (victim) => {
      const client = await victim.session();
      client.send(
        serialize.parse({ text: oneRow }),
        serialize.bind({ values: Array.from({ length: 65_535 }, () => 'x') }),
        serialize.sync(),
      );
      expectSame(await codes(client), ['08P01'], 'errors');
    },
  },
  {
    name: 'messages cut short',
    run: async (victim) => {
      const client = await victim.session();
      const whole = serialize.bind({ portal: 'p', statement: 's', values: ['a', null, 'b'] }).subarray(5);
      for (let length = 0; length < whole.length; length += 1) {
        client.send(typed('B', whole.subarray(0, length)), serialize.sync());
        expectSame(await codes(client), ['08P01'], `errors of a Bind of ${length} bytes`);
      }
    },
  },
  {
    name: 'messages with changed bytes',
    run: async (victim) => {
      const random = seeded(3);
      const bodies = [
        ['P', serialize.parse({ name: 'a', text: oneRow, types: [23] }).subarray(5)],
        ['B', serialize.bind({ portal: 'p', statement: 'a', values: ['1'] }).subarray(5)],
        ['D', Buffer.from('Sa\0')],
        ['E', Buffer.from('p\0\0\0\0\u0001')],
        ['C', Buffer.from('Pp\0')],
      ] as const;
      const client = await victim.session();
      for (let round = 0; round < 500; round += 1) {
        const [type, body] = bodies[random(bodies.length)] ?? bodies[0];
        const changed = Buffer.from(body);
        for (let change = 0; change <= random(3); change += 1) changed[random(changed.length)] = random(256);
        client.send(typed(type, changed), serialize.sync());
        await client.until('Z');
      }
    },
  },
  flood('Syncs by the ten thousand, answers never read', 50_000, serialize.sync()),
  flood('queries by the thousand, answers never read', 20_000, serialize.query(oneRow)),
  flood('errors by the thousand, never read', 20_000, serialize.query('%%%')),
  flood(
    'batches by the thousand, answers never read',
    10_000,
    Buffer.concat([serialize.parse({ text: oneRow }), serialize.bind({}), serialize.execute({}), serialize.sync()]),
  ),
  flood('Flush over and over', 50_000, serialize.flush()),
  flood('function calls over and over', 20_000, typed('F', Buffer.alloc(10))),
  flood('copy data that nobody asked for', 10_000, serialize.copyData(Buffer.alloc(2000))),
  {
    name: 'more prepared statements than may be',
    run: async (victim) => {
      const found = await fillNames(victim, 10_500, (index) => serialize.parse({ name: `s${index}`, text: '' }));
      expectSame(found, ['53400'], 'errors');
    },
  },
  {
    name: 'more portals than may be',
    run: async (victim) => {
      const client = await victim.session();
      const binds = Array.from({ length: 1200 }, (_, index) =>
        serialize.bind({ portal: `p${index}`, statement: 'base' }),
      );
      client.send(serialize.parse({ name: 'base', text: oneRow }), ...binds, serialize.sync());
      expectSame(await codes(client), ['53400'], 'errors');
    },
  },
  {
    name: 'large prepared statements until no more are taken',
    run: async (victim) => {
      const client = await victim.session();
      const found = new Set<string>();
      for (let index = 0; index < 80; index += 1) {
        const text = `-- ${'x'.repeat(900_000)}\n`;
        client.send(serialize.parse({ name: `s${index}`, text }), serialize.sync());
        for (const code of await codes(client)) found.add(code);
      }
      expectSame([...found], ['53400'], 'errors');
    },
  },
  {
    name: 'sessions that come and go',
    run: (victim) =>
      many(
        500,
        async () => {
          const client = await victim.session();
          client.send(serialize.end());
          await client.untilClosed();
        },
        20,
      ),
  },
  {
    name: 'a query whose client resets the connection',
    run: (victim) =>
      many(
        100,
        async () => {
          const client = await victim.session();
          client.query(oneRow);
          reset(client);
        },
        20,
      ),
  },
  {
    name: 'passwords that nobody asked for',
    run: async (victim) => {
      const client = await victim.session();
      client.send(serialize.password('hunter2'));
      expectSame(await codes(client), ['08P01'], 'errors');
    },
  },
  {
    name: 'names like the parts of objects',
    run: async (victim) => {
      const client = await victim.session();
      for (const name of ['__proto__', 'constructor', 'hasOwnProperty', 'toString']) {
        client.send(
          serialize.parse({ name, text: oneRow }),
          serialize.bind({ portal: name, statement: name }),
          serialize.execute({ portal: name }),
          serialize.close({ type: 'S', name }),
          serialize.bind({ statement: name }),
          serialize.sync(),
        );
        expectSame(await codes(client), ['26000'], `errors of ${name}`);
      }
    },
  },
];
