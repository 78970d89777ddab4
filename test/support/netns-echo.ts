import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Netns } from './netns.ts';
import { freePort } from './ports.ts';
import { ended, signal } from './processes.ts';

/** A TCP server inside a namespace, on its own 127.0.0.1: out of reach but through a bastion there. */
export interface InnerServer extends AsyncDisposable {
  readonly port: number;
  kill(): Promise<void>;
}

/**
 * Each connection's first line says what it is to do: `echo` (the default for anything else: send back, that first line included),
 * `send N` (send N bytes, end), `sink` (take all, answer with the count at the end), `greet` (says hello first, in two small writes),
 * `hold` (says nothing and keeps open).
 */
const program = `
const net = require('net');
const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
  socket.on('error', () => {});
  const endAtOnce = () => socket.end();
  socket.once('end', endAtOnce);
  socket.once('data', (first) => {
    socket.off('end', endAtOnce);
    const line = first.toString('latin1');
    const [word, amount] = line.split('\\n')[0].split(' ');
    if (word === 'send') return send(socket, Number(amount));
    if (word === 'sink') return sink(socket, first.length - line.indexOf('\\n') - 1);
    if (word === 'hold') return;
    socket.write(first);
    socket.on('data', (data) => { if (!socket.write(data)) socket.pause(); });
    socket.on('drain', () => socket.resume());
    socket.on('end', () => socket.end());
  });
});
const block = Buffer.alloc(256 * 1024, 'x');
function send(socket, left) {
  socket.resume();
  const go = () => {
    while (left > 0) {
      const part = left >= block.length ? block : block.subarray(0, left);
      left -= part.length;
      if (!socket.write(part)) return socket.once('drain', go);
    }
    socket.end();
  };
  go();
}
function sink(socket, count) {
  socket.on('data', (data) => { count += data.length; });
  socket.on('end', () => socket.end(String(count)));
}
server.listen(Number(process.argv[1]), process.argv[2], 16384, () => console.log('listening'));
`;

export async function startInnerServer(netns: Netns, address = '127.0.0.1'): Promise<InnerServer> {
  const port = await freePort();
  const child = netns.spawn(process.execPath, ['-e', program, String(port), address]);
  if (child.stdout === null) throw new Error('no output to wait for');
  await Promise.race([once(child.stdout, 'data'), failedStart(child)]);
  const kill = async () => {
    if (child.pid !== undefined) signal(child.pid, 'SIGKILL');
    await ended(child);
  };
  const killNow = () => {
    if (child.pid !== undefined) signal(child.pid, 'SIGKILL');
  };
  process.once('exit', killNow);
  return {
    port,
    kill,
    async [Symbol.asyncDispose]() {
      process.off('exit', killNow);
      await kill();
    },
  };
}

async function failedStart(child: ChildProcess): Promise<never> {
  await ended(child);
  throw new Error('the inner server ended at its start');
}
