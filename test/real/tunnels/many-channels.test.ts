import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sshd, startSshd } from '../../support/sshd.ts';
import { openFilesOf } from '../../support/processes.ts';
import { innerNetwork } from './inner-network.ts';
import { createWorld, echo, patient } from './world.ts';

const network = innerNetwork();
let sshd: Sshd;

beforeAll(async () => {
  sshd = await startSshd({ netns: network.netns });
});

afterAll(() => sshd[Symbol.asyncDispose]());

describe('many channels', () => {
  it('1000 at once all answer, and are all gone afterwards on both sides', async () => {
    await using world = createWorld(patient);
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey);
    const sockets = await Promise.all(Array.from({ length: 1000 }, () => world.connect(id, network.inner.port)));
    const answers = await Promise.all(sockets.map((socket, index) => echo(socket, `channel ${index}`)));
    expect(answers).toEqual(sockets.map((_, index) => `channel ${index}`));
    const closed = sockets.map((socket) => once(socket, 'close'));
    for (const socket of sockets) socket.end();
    await Promise.all(closed);
    await expect.poll(() => world.tunnels.statuses()[0]?.channels).toBe(0);
  });

  it('2000 opened and closed one after another leave nothing behind, however they are closed', async () => {
    await using world = createWorld(patient);
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey);
    const first = await world.connect(id, network.inner.port);
    const filesBefore = sshd.sessionPids().map(openFilesOf);
    for (let cycle = 0; cycle < 2000; cycle += 1) {
      const socket = await world.connect(id, network.inner.port);
      if (cycle % 4 === 0) await echo(socket, 'x');
      if (cycle % 4 === 1) socket.write('send 100000\n');
      if (cycle % 2 === 0) socket.end();
      else socket.destroy();
    }
    expect(await echo(first, 'still')).toBe('still');
    await expect.poll(() => world.tunnels.statuses()[0]?.channels).toBe(1);
    await expect.poll(() => sshd.sessionPids().map(openFilesOf)).toEqual(filesBefore);
    expect(world.tunnels.statuses()[0]).toMatchObject({ sessions: 1, bufferedBytes: 0 });
    first.destroy();
  });
});
