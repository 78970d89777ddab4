import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DialedSocket } from '../../../src/tunnels/index.ts';
import { startDelayProxy } from '../../support/delay-proxy.ts';
import { createNetns, type Netns } from '../../support/netns.ts';
import { type InnerServer, startInnerServer } from '../../support/netns-echo.ts';
import { type Sshd, startSshd } from '../../support/sshd.ts';
import { countBytes, createWorld, echo, patient } from './world.ts';

const MiB = 1024 * 1024;
/** Bytes in use by buffers, garbage not counted. */
function bufferBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().arrayBuffers;
}

let netns: Netns;
let inner: InnerServer;
let sshd: Sshd;

beforeAll(async () => {
  netns = createNetns();
  inner = await startInnerServer(netns);
  sshd = await startSshd({ netns, config: ['MaxStartups 100:30:200'] });
});

afterAll(async () => {
  for (const one of [sshd, inner, netns]) await one[Symbol.asyncDispose]();
});

describe('slow readers', () => {
  it('hold a window each and stall no one', async () => {
    await using world = createWorld();
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey);
    const stalled = await Promise.all(Array.from({ length: 20 }, () => world.connect(id, inner.port)));
    for (const socket of stalled) {
      socket.write(`send ${64 * MiB}\n`);
      await once(socket, 'readable');
    }
    const bulk = await world.connect(id, inner.port);
    bulk.write(`send ${32 * MiB}\n`);
    expect(await countBytes(bulk)).toBe(32 * MiB);
    expect(await echo(await world.connect(id, inner.port), 'prompt')).toBe('prompt');
    const held = () =>
      world.tunnels
        .channels()
        .filter((channel) => channel.bytesRead > 0)
        .map((channel) => channel.bufferedBytes);
    // The first window, and what it may have grown by while they still read.
    expect(Math.max(...held())).toBeLessThanOrEqual(4 * MiB);
    expect(world.tunnels.statuses()[0]?.bufferedBytes).toBeLessThanOrEqual(64 * MiB);
    for (const socket of stalled) socket.destroy();
    expect(world.tunnels.statuses()[0]?.bufferedBytes).toBe(0);
  });

  it('get all of it in order once they read again', async () => {
    await using world = createWorld();
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey);
    const socket = await world.connect(id, inner.port);
    socket.write(`send ${20 * MiB}\n`);
    await once(socket, 'readable');
    await expect.poll(() => world.tunnels.channels()[0]?.bufferedBytes).toBeGreaterThanOrEqual(2 * MiB);
    expect(await countBytes(socket)).toBe(20 * MiB);
  });

  it('are ended, the worst first, when they hold more than a session may', async () => {
    await using world = createWorld(patient);
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey);
    const sockets = await Promise.all(Array.from({ length: 60 }, () => world.connect(id, inner.port)));
    const errors: Error[] = [];
    for (const socket of sockets) {
      socket.on('error', (error: Error) => errors.push(error));
      socket.write(`send ${8 * MiB}\n`);
    }
    await expect.poll(() => errors.length).toBeGreaterThan(0);
    expect(errors[0]).toMatchObject({ message: expect.stringContaining('too many unread bytes') });
    expect(world.tunnels.statuses()[0]?.bufferedBytes).toBeLessThanOrEqual(64 * MiB);
    for (const socket of sockets) socket.destroy();
  });
});

describe('uploads on a narrow link', () => {
  it('of fifty writers keep memory low and the session alive', async () => {
    await using world = createWorld({ timeouts: { silenceMs: 2000 } });
    await using link = await startDelayProxy({
      target: { host: sshd.host, port: sshd.port },
      uplinkBytesPerSecond: 5_000_000,
    });
    const { id, keys } = world.declared.declare(sshd, { host: link.host, port: link.port });
    sshd.install(keys[0].publicKey);
    const sockets = await Promise.all(Array.from({ length: 50 }, () => world.connect(id, inner.port)));
    const before = bufferBytes();
    const stop = { now: false };
    const block = Buffer.alloc(64 * 1024);
    const writers = sockets.map((socket) => upload(socket, block, stop));
    const written = () => world.tunnels.statuses()[0]?.bytesWritten ?? 0;
    const started = written();
    let most = 0;
    await expect
      .poll(
        () => {
          most = Math.max(most, bufferBytes() - before);
          return written() - started;
        },
        { interval: 200 },
      )
      .toBeGreaterThan(20_000_000);
    expect(most).toBeLessThan(20_000_000);
    expect(world.tunnels.statuses()[0]).toMatchObject({ state: 'connected', sessions: 1, channels: 50 });
    stop.now = true;
    for (const socket of sockets) socket.destroy();
    await Promise.all(writers);
  });
});

async function upload(socket: DialedSocket, block: Buffer, stop: { now: boolean }): Promise<void> {
  socket.write('sink\n');
  while (!stop.now && !socket.destroyed) {
    if (!socket.write(block)) await drained(socket);
  }
}

function drained(socket: DialedSocket): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      socket.off('drain', go).off('close', go);
      resolve();
    };
    socket.on('drain', go).on('close', go);
  });
}

describe('a session under bulk', () => {
  it('gets further ones beside it for new connections', async () => {
    await using world = createWorld({ timeouts: { silenceMs: 2000 } });
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey);
    const bulk = await world.connect(id, inner.port);
    bulk.write(`send ${100_000 * MiB}\n`);
    bulk.resume();
    await expect
      .poll(async () => {
        const socket = await world.connect(id, inner.port);
        expect(await echo(socket, 'beside')).toBe('beside');
        socket.destroy();
        return world.tunnels.statuses()[0]?.sessions;
      })
      .toBeGreaterThan(1);
    const socket = await world.connect(id, inner.port);
    const sessionOf = (port: number) =>
      new Set(
        world.tunnels
          .channels()
          .filter((channel) => channel.port === port)
          .map((channel) => channel.session),
      );
    expect(sessionOf(inner.port).size).toBe(2);
    socket.destroy();
    bulk.destroy();
  });

  it('gets further ones from 500 channels on, up to four', async () => {
    await using world = createWorld(patient);
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey);
    const sockets = await Promise.all(Array.from({ length: 600 }, () => world.connect(id, inner.port)));
    sockets.push(await world.connect(id, inner.port));
    await expect.poll(() => world.tunnels.statuses()[0]?.sessions).toBe(2);
    const next = await world.connect(id, inner.port);
    sockets.push(next);
    const sessions = world.tunnels.channels().map((channel) => channel.session);
    expect(sessions.filter((session) => session === Math.max(...sessions)).length).toBe(1);
    for (const socket of sockets) socket.destroy();
  });
});
