import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { kindByType } from '../../../src/connections/index.ts';
import { failure, planned, run } from '../../support/connection-run.ts';
import { directDial } from '../../support/dial.ts';
import { startTcpServer } from '../../support/tcp-server.ts';

const kind = kindByType('kafka')!;
const details = planned(kind, { BROKERS: ['k.internal:9092'], 'SECURITY PROTOCOL': 'PLAINTEXT' });

/** An answer of the announced length with random contents. */
function randomAnswer(seed: number): Buffer {
  const body = createHash('sha512').update(String(seed)).digest();
  const lengths = [body.length, -4, 0, 4, 0x7fffffff, -0x80000000, 17, 1];
  const header = Buffer.alloc(4);
  header.writeInt32BE(lengths[seed % lengths.length] ?? 0, 0);
  return Buffer.concat([header, Buffer.from([0, 0, 0, seed % 2]), body]);
}

test.each([0, 1, 2, 3, 4, 5, 6, 7])('random answers (%d) end in an error and nothing else', async (seed) => {
  await using noise = await startTcpServer((socket) => socket.once('data', () => socket.end(randomAnswer(seed))));
  const result = await run(kind, details, { dial: directDial(() => noise) });
  expect(failure(result)).toMatchObject({ code: expect.any(String), stage: expect.any(String) });
});

test('cancelled while the broker says nothing: ends at once and leaves nothing open', async () => {
  let seen = (_socket: Socket): void => {};
  const accepted = new Promise<Socket>((resolve) => (seen = resolve));
  await using silent = await startTcpServer((socket) => socket.once('data', () => seen(socket)));
  const cancel = new AbortController();
  const running = run(kind, details, { dial: directDial(() => silent), signal: cancel.signal });
  const socket = await accepted;
  const closed = new Promise((resolve) => socket.once('close', resolve));
  cancel.abort();
  expect(failure(await running)).toMatchObject({ code: '57014', stage: 'login' });
  await closed;
});
