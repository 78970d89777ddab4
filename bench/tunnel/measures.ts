import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Way } from './ways.ts';

const MB = 1_000_000;

export interface Bulk {
  readonly megabytesPerSecond: number;
  /** CPU of this process and its helper. */
  readonly cpuSecondsPerGigabyte: number;
}

/** Moves `megabytes` in all, over `streams` connections at once that are open before the clock starts. */
export async function bulk(
  way: Way,
  port: number,
  options: { readonly direction: 'down' | 'up'; readonly streams: number; readonly megabytes: number },
): Promise<Bulk> {
  const each = Math.round((options.megabytes * MB) / options.streams);
  const sockets = await Promise.all(Array.from({ length: options.streams }, () => way.open(port)));
  const before = process.cpuUsage();
  const helperBefore = way.helperCpuSeconds();
  const startedAt = performance.now();
  await Promise.all(
    sockets.map((socket) => (options.direction === 'down' ? download(socket, each) : upload(socket, each))),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(before);
  const cpuSeconds = (user + system) / MB + way.helperCpuSeconds() - helperBefore;
  for (const socket of sockets) socket.destroy();
  const moved = (each * options.streams) / MB;
  return { megabytesPerSecond: moved / seconds, cpuSecondsPerGigabyte: cpuSeconds / (moved / 1000) };
}

function download(socket: Duplex, bytes: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = bytes;
    socket.on('data', (chunk: Buffer) => {
      left -= chunk.length;
      if (left === 0) resolve();
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`closed with ${left} bytes missing`)));
    socket.write(`d${bytes}\n`);
  });
}

const block = Buffer.alloc(64 * 1024, 'x');

async function upload(socket: Duplex, bytes: number): Promise<void> {
  const answer = once(socket, 'data');
  socket.write('u');
  for (let left = bytes; left > 0; left -= block.length) {
    if (!socket.write(left >= block.length ? block : block.subarray(0, left))) await once(socket, 'drain');
  }
  socket.end();
  const [count] = (await answer) as [Buffer];
  if (Number(count.toString()) !== bytes) throw new Error(`${count.toString()} of ${bytes} bytes arrived`);
}

/** Milliseconds of each of `rounds` exchanges on one connection. */
export async function exchanges(
  way: Way,
  port: number,
  kind: 'echo' | 'two writes' | 'split reply',
  rounds: number,
): Promise<number[]> {
  const socket = await way.open(port);
  const { first, ask, answerBytes } = exchangeKinds[kind];
  socket.write(first);
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now();
    const answered = received(socket, answerBytes);
    ask(socket);
    await answered;
    times.push(performance.now() - startedAt);
  }
  socket.destroy();
  // The first exchange also pays for the connection behind the bastion.
  return times.slice(1);
}

const small = Buffer.alloc(64, 'x');
const exchangeKinds = {
  echo: { first: 'e', ask: (socket: Duplex) => socket.write(small), answerBytes: 64 },
  'two writes': {
    first: 'p',
    ask: (socket: Duplex) => {
      socket.write(small.subarray(0, 20));
      socket.write(small.subarray(0, 20));
    },
    answerBytes: 40,
  },
  'split reply': { first: 's', ask: (socket: Duplex) => socket.write('x'), answerBytes: 2 },
};

function received(socket: Duplex, bytes: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = bytes;
    const onData = (chunk: Buffer) => {
      left -= chunk.length;
      if (left > 0) return;
      socket.off('data', onData).off('error', reject);
      resolve();
    };
    socket.on('data', onData).once('error', reject);
  });
}

/** As a MySQL client connects: opens, waits for the greeting, answers, waits for the word that it is in. */
export async function greetedConnects(way: Way, port: number, rounds: number): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now();
    const socket = await way.open(port);
    await received(socket, 78);
    const welcome = received(socket, 2);
    socket.write(small);
    await welcome;
    times.push(performance.now() - startedAt);
    socket.destroy();
  }
  return times;
}
