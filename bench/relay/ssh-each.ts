import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** A port here on which each connection is an `ssh -W` of its own: how a private database is reached without anything kept open. */
export async function startSshEach(
  sshArguments: readonly string[],
  target: string,
): Promise<{ readonly port: number } & AsyncDisposable> {
  const server = createServer({ noDelay: true }, (client) => {
    const ssh = spawn('ssh', ['-W', target, ...sshArguments], { stdio: ['pipe', 'pipe', 'ignore'] });
    client.pipe(ssh.stdin);
    ssh.stdout.pipe(client);
    for (const stream of [client, ssh.stdin, ssh.stdout]) stream.on('error', () => ssh.kill());
    client.once('close', () => ssh.kill());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.close();
    },
  };
}
