import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Netns } from '../../test/support/netns.ts';
import { freePort } from '../../test/support/ports.ts';

/**
 * The far server, a process of its own. The first byte of a connection chooses: `e` echoes, `d<bytes>\n` sends that much, `u` takes all and
 * answers the count at the end, `p` answers 40 bytes to each 40 bytes (a request in two writes, one answer), `s` answers each byte with two
 * small writes 1 ms apart. The second port greets first, as MySQL does, and answers each packet.
 */
const program = `
const net = require('net');
const block = Buffer.alloc(256 * 1024, 'x');
const kinds = {
  e: (socket) => socket.on('data', (data) => socket.write(data)),
  d: (socket, rest) => {
    let left = Number(rest);
    const go = () => {
      while (left > 0) {
        const part = left >= block.length ? block : block.subarray(0, left);
        left -= part.length;
        if (!socket.write(part)) return socket.once('drain', go);
      }
      socket.end();
    };
    socket.resume();
    go();
  },
  u: (socket, rest, first) => {
    let count = first.length - 1;
    socket.on('data', (data) => { count += data.length; });
    socket.on('end', () => socket.end(String(count)));
  },
  p: (socket) => {
    let seen = 0;
    socket.on('data', (data) => {
      for (seen += data.length; seen >= 40; seen -= 40) socket.write(block.subarray(0, 40));
    });
  },
  s: (socket) => socket.on('data', () => {
    socket.write('a');
    setTimeout(() => socket.write('b'), 1);
  }),
};
const options = { allowHalfOpen: true, noDelay: true };
net.createServer(options, (socket) => {
  socket.on('error', () => {});
  socket.once('data', (first) => {
    const line = first.subarray(0, 20).toString('latin1').split('\\n')[0];
    if (line[0] !== 'u') socket.on('end', () => socket.end());
    kinds[line[0]](socket, line.slice(1), first);
    if ('eps'.includes(line[0]) && first.length > 1) socket.emit('data', first.subarray(1));
  });
}).listen(Number(process.argv[1]), '127.0.0.1', 16384, () => {
  net.createServer(options, (socket) => {
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
    socket.write(block.subarray(0, 78));
    socket.on('data', () => socket.write('ok'));
  }).listen(Number(process.argv[2]), '127.0.0.1', 16384, () => console.log('listening'));
});
`;

export interface Target extends AsyncDisposable {
  readonly port: number;
  readonly greetingPort: number;
}

export async function startTarget(netns?: Netns): Promise<Target> {
  const [port, greetingPort] = [await freePort(), await freePort()];
  const args = ['-e', program, String(port), String(greetingPort)];
  const stdio = ['ignore', 'pipe', 'inherit'] as ['ignore', 'pipe', 'inherit'];
  const child = netns?.spawn(process.execPath, args, { stdio }) ?? spawn(process.execPath, args, { stdio });
  if (child.stdout === null) throw new Error('no output to wait for');
  process.once('exit', () => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return {
    port,
    greetingPort,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
