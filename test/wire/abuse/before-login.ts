import { startupPacket, untyped } from '../../support/wire-client.ts';
import { type Attack, codes, expectSame, linger, many, reset, seeded } from './attack.ts';

const closesWith = (name: string, bytes: Uint8Array, expected: readonly string[]): Attack => ({
  name,
  run: async (victim) => {
    const client = await victim.connect();
    client.send(bytes);
    expectSame(await codes(client), expected, 'errors');
  },
});

function header(length: number, code = 196_608): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeInt32BE(length, 0);
  bytes.writeInt32BE(code, 4);
  return bytes;
}

/** A start that is in order, by somebody who does not exist: refused, or asked for a password like anybody. */
const stranger = (name: string, user: string): Attack => ({
  name,
  run: async (victim) => {
    const client = await victim.connect();
    client.startup({ user });
    if (victim.asksForPassword) expectSame((await client.next())?.type, 'R', 'answer');
    else expectSame(await codes(client), ['28000'], 'errors');
  },
});

/** Attacks by somebody who has not logged in. */
export const beforeLogin: readonly Attack[] = [
  {
    name: 'a port scan',
    run: (victim) =>
      many(300, async () => {
        const client = await victim.connect();
        await client[Symbol.asyncDispose]();
      }),
  },
  { name: 'connections that say nothing', run: (victim) => many(300, async () => void (await victim.connect())) },
  {
    name: 'starts that stop after a byte',
    run: (victim) => many(100, async () => (await victim.connect()).send(Buffer.from([0]))),
  },
  {
    name: 'a start that drips',
    run: async (victim) => {
      const client = await victim.connect();
      for (const byte of startupPacket({ user: 'materialize' })) {
        client.send(Buffer.from([byte]));
        await linger(1);
      }
      await victim.enter(client);
    },
  },
  closesWith('a start of length zero', header(0), ['08P01']),
  closesWith('a start of length four', header(4), ['08P01']),
  closesWith('a start of negative length', header(-1), ['08P01']),
  closesWith('a start of two gigabytes', header(0x7fff_ffff), ['08P01']),
  closesWith('a start over the limit', header(10_001), ['08P01']),
  closesWith('an HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), ['08P01']),
  closesWith('an SSH banner', Buffer.from('SSH-2.0-OpenSSH_9.2\r\n'), ['08P01']),
  closesWith('a TLS handshake where none was agreed', Buffer.from('16030100fa010000f60303', 'hex'), ['08P01']),
  closesWith('protocol 0', startupPacket({ user: 'x' }, 0), ['0A000']),
  closesWith('protocol 65535', startupPacket({ user: 'x' }, 0xffff_0000), ['0A000']),
  closesWith(
    'a user that is no UTF-8',
    untyped(196_608, Buffer.from('75736572 00 fffe 00 00'.replaceAll(' ', ''), 'hex')),
    ['22021'],
  ),
  closesWith('a parameter without a value', untyped(196_608, Buffer.from('user\0x\0alone\0', 'utf8')), ['08P01']),
  closesWith('no parameters', untyped(196_608, Buffer.from([0])), ['28000']),
  stranger('a user of nine thousand bytes', 'x'.repeat(9000)),
  stranger('a user of control characters', '\u001b[2J\nlevel=error\r'),
  {
    name: 'a start with parameters named like the parts of objects',
    run: async (victim) => {
      const client = await victim.connect();
      const pairs = [
        ['user', 'materialize'],
        ['database', 'materialize'],
        ['__proto__', 'x'],
        ['constructor', 'y'],
        ['toString', 'z'],
      ];
      const body = `${pairs.flat().join('\0')}\0\0`;
      client.send(untyped(196_608, Buffer.from(body)));
      await victim.enter(client);
    },
  },
  {
    name: 'hundreds of start parameters',
    run: async (victim) => {
      const client = await victim.connect();
      const parameters = Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`p${index}`, 'value']));
      client.startup({ user: 'materialize', database: 'materialize', ...parameters });
      await victim.enter(client);
    },
  },
  {
    name: 'hundreds of protocol options',
    run: async (victim) => {
      const client = await victim.connect();
      const options = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`_pq_.o${index}`, 'x']));
      client.startup({ user: 'materialize', database: 'materialize', ...options });
      expectSame((await victim.enter(client))[0]?.type, 'v', 'first answer');
    },
  },
  {
    name: 'SSLRequest over and over',
    run: async (victim) => {
      const client = await victim.connect();
      client.send(...Array.from({ length: 1000 }, () => untyped(80_877_103)));
      while ((await client.byte()) !== null);
    },
  },
  {
    name: 'GSSENCRequest over and over',
    run: async (victim) => {
      const client = await victim.connect();
      client.send(...Array.from({ length: 1000 }, () => untyped(80_877_104)));
      while ((await client.byte()) !== null);
    },
  },
  {
    name: 'cancel requests with guessed keys',
    run: (victim) => {
      const random = seeded(1);
      return many(500, async () => {
        const client = await victim.connect();
        const key = Buffer.alloc(8);
        key.writeInt32BE(random(0x7fff_ffff), 0);
        key.writeInt32BE(random(0x7fff_ffff), 4);
        client.send(untyped(80_877_102, key));
        expectSame(await client.untilClosed(), [], 'answer');
      });
    },
  },
  closesWith('a cancel request without a key', untyped(80_877_102), ['08P01']),
  closesWith('a cancel request with a long key', untyped(80_877_102, Buffer.alloc(5000)), ['08P01']),
  {
    name: 'random bytes',
    run: (victim) => {
      const random = seeded(2);
      return many(200, async () => {
        const client = await victim.connect();
        const bytes = Buffer.from(Array.from({ length: 1 + random(300) }, () => random(256)));
        bytes[0] = random(4);
        client.socket.end(bytes);
        await client.untilClosed();
      });
    },
  },
  {
    name: 'a start that is reset at once',
    run: (victim) =>
      many(200, async () => {
        const client = await victim.connect();
        client.startup({ user: 'materialize', database: 'materialize' });
        reset(client);
      }),
  },
  {
    name: 'half-closed connections',
    run: (victim) =>
      many(100, async () => {
        const client = await victim.connect();
        client.socket.end(startupPacket({ user: 'materialize', database: 'materialize' }));
        await client.untilClosed();
      }),
  },
];
