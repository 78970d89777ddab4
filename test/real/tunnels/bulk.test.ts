import { createHash, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import type { DialedSocket } from '../../../src/tunnels/index.ts';
import { startSshd } from '../../support/sshd.ts';
import { innerNetwork } from './inner-network.ts';
import { createWorld } from './world.ts';

const network = innerNetwork();

/** Sends `bytes` random bytes and tells whether the same came back. */
async function comesBack(socket: DialedSocket, bytes: number): Promise<boolean> {
  const [sent, received] = [createHash('sha256'), createHash('sha256')];
  const block = randomBytes(200_000);
  const sending = (async () => {
    for (let left = bytes; left > 0; left -= block.length) {
      block.writeUInt32BE(left, left % 190_000);
      const part = Buffer.from(block.subarray(0, left));
      sent.update(part);
      if (!socket.write(part)) await new Promise((resolve) => socket.once('drain', resolve));
    }
    socket.end();
  })();
  for await (const chunk of socket) received.update(chunk as Buffer);
  await sending;
  return sent.digest('hex') === received.digest('hex');
}

it('bulk data of several connections comes unchanged through one hop and two, while keys are exchanged anew', async () => {
  await using world = createWorld();
  await using outer = await startSshd({ netns: network.netns, config: ['RekeyLimit 1M'] });
  await using far = await startSshd({ netns: network.netns, config: ['RekeyLimit 2M'] });
  const direct = world.declared.declare(outer);
  const jump = world.declared.declare(far, { through: direct.id });
  outer.install(direct.keys[0].publicKey);
  far.install(jump.keys[0].publicKey);
  const ways = [direct.id, direct.id, direct.id, jump.id, jump.id];
  const sockets = await Promise.all(ways.map((id) => world.connect(id, network.inner.port)));
  expect(await Promise.all(sockets.map((socket) => comesBack(socket, 8_000_000)))).toEqual(ways.map(() => true));
});
