import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sallyport, startSallyport } from '../../support/sallyport.ts';
import { startTcpServer } from '../../support/tcp-server.ts';
import { message, query, rawClient } from './raw-client.ts';

let server: Sallyport;

beforeAll(async () => {
  server = await startSallyport();
});

afterAll(() => server[Symbol.asyncDispose]());

const ok = message('R', Buffer.alloc(4));
const status = (name: string, value: string): Buffer => message('S', Buffer.from(`${name}\0${value}\0`));
const key = message('K', Buffer.from([0, 0, 0, 7, 1, 2, 3, 4]));
const readyForQuery = message('Z', Buffer.from('I'));
const error = (text: string): Buffer => message('E', Buffer.from(`SFATAL\0C28P01\0M${text}\0\0`));

/** A client of a server that does this with what it is sent. */
async function relayedTo(name: string, answer: (socket: Socket, received: Buffer) => void) {
  const strange = await startTcpServer((socket) => socket.on('data', (chunk: Buffer) => answer(socket, chunk)));
  const secret = `password_of_${name}`;
  await server.psql(`CREATE SECRET ${secret} AS 'never to be seen'; CREATE CONNECTION ${name} TO POSTGRES
    (HOST '127.0.0.1', PORT ${strange.port}, USER 'u', PASSWORD SECRET ${secret}, DATABASE 'd') WITH (VALIDATE = false)`);
  const client = await rawClient(server.sqlPort, { user: 'materialize', database: name });
  return {
    client,
    text: () => client.received.toString('latin1'),
    [Symbol.asyncDispose]: async () => {
      client.socket.destroy();
      await strange[Symbol.asyncDispose]();
    },
  };
}

describe('a server that is not what it should be', () => {
  it.each([
    ['error_without_end', Buffer.from('4500000009534641', 'hex'), '08006'],
    ['message_without_size', Buffer.from([0x52, 0, 0, 0, 1, 0, 0, 0, 0]), '08006'],
    ['message_of_2_gb', Buffer.from([0x52, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]), '08006'],
    ['http', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), '08006'],
  ])('ends the way and nothing else: %s', async (name, said, code) => {
    await using relayed = await relayedTo(name, (socket) => socket.end(said));
    await relayed.client.closed();
    expect(relayed.text()).toContain(`C${code}\0Mconnection "${name}": the server refused the login`);
  });

  it('that tells secrets is not repeated: errors and notices of a login', async () => {
    const told = 'password "never to be seen" at 127.0.0.1 is wrong';
    await using refusing = await relayedTo('tells_in_error', (socket) => socket.end(error(told)));
    await refusing.client.closed();
    expect(refusing.text()).toContain('C28P01');
    const notice = message('N', Buffer.from(`SNOTICE\0C00000\0M${told}\0\0`));
    await using warning = await relayedTo('tells_in_notice', (socket) =>
      socket.write(Buffer.concat([ok, notice, key, readyForQuery])),
    );
    await warning.client.answered();
    for (const text of [refusing.text(), warning.text()]) expect(text).not.toMatch(/never to be seen|127\.0\.0\.1/);
  });

  it('that says more behind ReadyForQuery is heard from the first byte on, however it is cut', async () => {
    const start = Buffer.concat([ok, status('server_version', '99.1'), key, readyForQuery]);
    const behind = Buffer.concat([status('later', 'x'.repeat(10_000)), message('A', Buffer.from('\0\0\0\x07c\0p\0'))]);
    for (const [index, cut] of [start.length, start.length - 3, start.length + 2, 9].entries()) {
      await using relayed = await relayedTo(`behind_${index}`, (socket, received) => {
        if (received[0] !== 0) return;
        const all = Buffer.concat([start, behind]);
        socket.write(all.subarray(0, cut));
        setImmediate(() => socket.write(all.subarray(cut)));
      });
      await relayed.client.until(/c\0p\0$/);
      expect(relayed.client.received.subarray(-behind.length).equals(behind)).toBe(true);
      expect(relayed.text()).toContain('server_version\x0099.1\0');
    }
  });

  it('that gives no key has nothing to cancel, and is let go when its client is', async () => {
    let closed = false;
    await using relayed = await relayedTo('without_key', (socket, received) => {
      socket.once('close', () => (closed = true));
      if (received[0] === 0) socket.write(Buffer.concat([ok, readyForQuery]));
    });
    await relayed.client.answered();
    relayed.client.socket.write(query('SELECT 1'));
    relayed.client.socket.resetAndDestroy();
    await expect.poll(() => closed).toBe(true);
  });
});
