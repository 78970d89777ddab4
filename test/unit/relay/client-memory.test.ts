import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { readIntoUsedMemory } from '../../../src/relay/client-memory.ts';
import { recycle } from '../../../src/tunnels/index.ts';

async function accepted(): Promise<{ readonly near: Socket; readonly far: Socket } & AsyncDisposable> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const connection = once(server, 'connection') as Promise<[Socket]>;
  const far = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [near] = await connection;
  return {
    near,
    far,
    async [Symbol.asyncDispose]() {
      near.destroy();
      far.destroy();
      server.close();
    },
  };
}

it('is used again by what comes later, and nothing of what came is changed or lost', async () => {
  await using sockets = await accepted();
  const { near, far } = sockets;
  far.write('before');
  await once(near, 'readable');
  expect(String(near.read())).toBe('before');
  expect(readIntoUsedMemory(near)).toBe(true);

  const sent = randomBytes(20_000_000);
  const memory = new Set<ArrayBufferLike>();
  let at = 0;
  let changed = 0;
  near.on('data', (chunk: Buffer) => {
    if (!chunk.equals(sent.subarray(at, at + chunk.length))) changed += 1;
    at += chunk.length;
    memory.add(chunk.buffer);
    recycle(chunk);
  });
  far.end(sent);
  await once(near, 'end');
  expect([at, changed]).toEqual([sent.length, 0]);
  // A read is 64 KB at most.
  expect(memory.size).toBeLessThan(sent.length / 65_536 / 2);
});

it('holds a sender back whose bytes nobody reads', async () => {
  await using sockets = await accepted();
  const { near, far } = sockets;
  expect(readIntoUsedMemory(near)).toBe(true);
  let read = 0;
  near.on('data', (chunk: Buffer) => {
    read += chunk.length;
    if (read === chunk.length) near.pause();
  });
  far.write(Buffer.alloc(30_000_000));
  await expect.poll(() => near.isPaused()).toBe(true);
  expect(near.bytesRead).toBeLessThan(1_000_000);
  near.resume();
  await expect.poll(() => read, { timeout: 30_000 }).toBe(30_000_000);
});

it('is left alone where there is no accepted TCP socket, and where it is closed', async () => {
  expect(readIntoUsedMemory(new PassThrough())).toBe(false);
  await using sockets = await accepted();
  sockets.near.destroy();
  await once(sockets.near, 'close');
  expect(readIntoUsedMemory(sockets.near)).toBe(false);
});
