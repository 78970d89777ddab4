import { once } from 'node:events';
import { createServer as createHttpServer, get } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sshd, startSshd } from '../../support/sshd.ts';
import { createAuthority } from '../../support/tls.ts';
import { createWorld, readBytes, type World } from './world.ts';

let sshd: Sshd;

beforeAll(async () => {
  sshd = await startSshd();
});

afterAll(async () => {
  await sshd[Symbol.asyncDispose]();
});

function dialerOf(world: World) {
  const { id, keys } = world.declared.declare(sshd);
  sshd.install(keys[0].publicKey);
  return (port: number) =>
    world.dial({ host: '127.0.0.1', port, through: id }, { signal: AbortSignal.timeout(60_000) });
}

interface Listener {
  listen(port: number, host: string, done: () => void): unknown;
  address(): unknown;
}

async function listening(server: Listener): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

describe('a dialled socket', () => {
  it('is taken by undici, with keep-alive', async () => {
    await using world = createWorld();
    const dial = dialerOf(world);
    const server = createHttpServer((_request, response) => response.end('over a tunnel'));
    const port = await listening(server);
    const agent = new Agent({
      connections: 1,
      connect: (options, done) => {
        const socket = dial(Number(options.port));
        socket.once('connect', () => done(null, socket as never));
        socket.once('error', (error) => done(error, null));
      },
    });
    for (let time = 0; time < 3; time += 1) {
      const { body } = await request(`http://db.internal:${port}/`, { dispatcher: agent });
      expect(await body.text()).toBe('over a tunnel');
    }
    expect(world.tunnels.statuses()[0]?.channels).toBe(1);
    await agent.close();
    server.close();
  });

  it("is taken by node's http", async () => {
    await using world = createWorld();
    const dial = dialerOf(world);
    const server = createHttpServer((_request, response) => response.end('plain'));
    const port = await listening(server);
    const answer = await new Promise<string>((resolve, reject) => {
      get({ host: 'x', path: '/', createConnection: () => dial(port) }, (response) => {
        response.setEncoding('utf8').on('data', resolve);
      }).on('error', reject);
    });
    expect(answer).toBe('plain');
    server.close();
  });

  it('is taken by TLS before it is connected, and the name is checked', async () => {
    await using world = createWorld();
    const dial = dialerOf(world);
    const authority = createAuthority('test');
    const { certificate, key } = authority.issue({ commonName: 'db', names: ['DNS:db.internal'] });
    const server = createTlsServer({ cert: certificate, key }, (socket) => socket.pipe(socket));
    const port = await listening(server);
    const right = connectTls({ socket: dial(port), servername: 'db.internal', ca: authority.certificate });
    await once(right, 'secureConnect');
    right.write('secret');
    expect(((await once(right, 'data'))[0] as Buffer).toString()).toBe('secret');
    right.destroy();
    const wrong = connectTls({ socket: dial(port), servername: 'other.internal', ca: authority.certificate });
    expect((await once(wrong, 'error'))[0]).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    server.close();
  });

  it('behaves as a net.Socket where clients look: connect(), timeouts, ref, no-delay, early writes, end', async () => {
    await using world = createWorld();
    const dial = dialerOf(world);
    const server = createServer((socket) => socket.pipe(socket));
    const port = await listening(server);
    const socket = dial(port) as ReturnType<typeof dial> & {
      connect(...args: unknown[]): unknown;
      readyState: string;
      bytesWritten: number;
      bytesRead: number;
    };
    expect(socket.connecting).toBe(true);
    expect(socket.readyState).toBe('opening');
    expect(socket.setNoDelay().setKeepAlive(true, 1000).ref().unref()).toBe(socket);
    socket.write('early ');
    socket.write('writes');
    let connects = 0;
    socket.connect(port, 'db.internal', () => {
      connects += 1;
    });
    await once(socket, 'connect');
    expect(socket.connecting).toBe(false);
    expect(socket.readyState).toBe('open');
    socket.write('!');
    expect(await readBytes(socket, 13)).toBe('early writes!');
    expect([socket.bytesWritten, socket.bytesRead]).toEqual([13, 13]);
    socket.connect(port, 'db.internal');
    await once(socket, 'connect');
    expect(connects).toBe(1);
    const idle = once(socket, 'timeout');
    socket.setTimeout(50);
    await idle;
    expect(socket.destroyed).toBe(false);
    socket.setTimeout(0);
    socket.resume();
    socket.end();
    await once(socket, 'close');
    expect(socket.readyState).toBe('closed');
    server.close();
  });

  it('that nobody listens to fails without ending the process', async () => {
    await using world = createWorld();
    const dial = dialerOf(world);
    const socket = dial(9);
    await expect.poll(() => socket.destroyed).toBe(true);
    expect(socket.errored).toMatchObject({ stage: 'tunnel.forward' });
  });
});
