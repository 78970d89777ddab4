import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/** The least that Node.js can do between two sockets, in a process of its own: what a relay is measured by. */
export async function startNodePipe(port: number): Promise<{ readonly port: number } & AsyncDisposable> {
  const child: ChildProcess = fork(import.meta.filename, [String(port)]);
  process.once('exit', () => child.kill('SIGKILL'));
  const [own] = (await once(child, 'message')) as [number];
  return {
    port: own,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

if (process.argv[1] === import.meta.filename && process.send !== undefined) {
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ host: '127.0.0.1', port: Number(process.argv[2]), noDelay: true });
    client.pipe(upstream).pipe(client);
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
}
