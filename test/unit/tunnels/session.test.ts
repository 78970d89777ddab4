import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { Session } from '../../../src/tunnels/session.ts';
import { newSshClient } from '../../../src/tunnels/ssh2-transport.ts';

class Nowhere extends Duplex {
  override _read(): void {}
  override _write(_chunk: unknown, _encoding: unknown, done: () => void): void {
    done();
  }
}

function newSession(): { readonly session: Session; readonly socket: Nowhere } {
  const socket = new Nowhere();
  const client = newSshClient();
  client.on('error', () => {});
  client.connect({ sock: socket, username: 'x', authHandler: () => false, readyTimeout: 0 });
  const hostKey = { algorithm: 'ssh-ed25519', fingerprint: 'SHA256:x', publicKey: 'ssh-ed25519 AAAA' };
  const facts = {
    host: 'bastion',
    port: 22,
    key: { slot: 1 as const, fingerprint: 'SHA256:y' },
    hostKey,
    serverVersion: '',
    algorithms: '',
  };
  return { session: new Session(client, socket, facts, 20_000), socket };
}

it('tells of its end those who ask after it ended too, and each once', async () => {
  const { session, socket } = newSession();
  const told: (string | undefined)[] = [];
  session.onEnd((error) => told.push(`before: ${error?.code}`));
  socket.destroy(new Error('cut'));
  await expect.poll(() => told).toEqual(['before: 08006']);
  session.onEnd((error) => told.push(`after: ${error?.code}`));
  session.close();
  expect(told).toEqual(['before: 08006', 'after: 08006']);
});

it('ends without an error when it is we who close it', () => {
  const { session } = newSession();
  session.close();
  const told: unknown[] = [];
  session.onEnd((error) => told.push(error));
  expect(told).toEqual([undefined]);
});
