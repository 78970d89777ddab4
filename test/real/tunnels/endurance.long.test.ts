import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFilesOf } from '../../support/processes.ts';
import { type Sshd, startSshd } from '../../support/sshd.ts';
import { innerNetwork } from './inner-network.ts';
import { createWorld, echo, type World } from './world.ts';

const soon = () => AbortSignal.timeout(60_000);
const network = innerNetwork();
let sshd: Sshd;

beforeAll(async () => {
  sshd = await startSshd({ netns: network.netns });
});

afterAll(() => sshd[Symbol.asyncDispose]());

describe('a tunnel that works long and hard', () => {
  it('carries 5000 connections at once', async () => {
    await using world = createWorld();
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey);
    const sockets = await Promise.all(
      Array.from({ length: 5_000 }, () => world.connect(id, network.inner.port, '127.0.0.1', { signal: soon() })),
    );
    const answers = await Promise.all(sockets.map((socket, index) => echo(socket, `channel ${index}`)));
    expect(answers).toEqual(sockets.map((_, index) => `channel ${index}`));
    const closed = sockets.map((socket) => once(socket, 'close'));
    for (const socket of sockets) socket.end();
    await Promise.all(closed);
    await expect.poll(() => world.tunnels.channels().length, { timeout: 30_000 }).toBe(0);
  });

  it('leaves nothing behind on either side after 20 000 connections', async () => {
    await using world = createWorld();
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey);
    const held = await world.connect(id, network.inner.port);
    const filesBefore = sshd.sessionPids().map(openFilesOf);
    for (let cycle = 0; cycle < 20_000; cycle += 1) {
      const socket = await world.connect(id, network.inner.port);
      if (cycle % 2 === 0) socket.end();
      else socket.destroy();
    }
    expect(await echo(held, 'still')).toBe('still');
    await expect.poll(() => world.tunnels.channels().length, { timeout: 30_000 }).toBe(1);
    await expect.poll(() => sshd.sessionPids().map(openFilesOf), { timeout: 30_000 }).toEqual(filesBefore);
    held.destroy();
  });

  it('fails none of 10 000 queries while its keys rotate twenty times', async () => {
    await using world = createWorld();
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey, keys[1].publicKey);
    const state = { left: 10_000 };
    const load = Promise.all(Array.from({ length: 8 }, () => query(world, id, state)));
    for (let rotation = 0; rotation < 20; rotation += 1) {
      const [old] = world.declared.get(id).keys;
      // Spread over the whole load.
      await expect.poll(() => state.left, { timeout: 60_000 }).toBeLessThanOrEqual(10_000 - rotation * 500);
      expect(await world.tunnels.acceptsKey(id, 2, world.declared, soon())).toBe(true);
      const rotated = world.declared.rotate(id);
      world.tunnels.definitionChanged(id);
      sshd.install(rotated.keys[1].publicKey);
      sshd.remove(old.publicKey);
    }
    await load;
    expect(state.left).toBeLessThanOrEqual(0);
  });
});

/** A connection for each ten queries; any failure fails the test. */
async function query(world: World, id: string, state: { left: number }): Promise<void> {
  while (state.left > 0) {
    const socket = await world.connect(id, network.inner.port);
    for (let count = 0; count < 10; count += 1) {
      expect(await echo(socket, `query ${state.left}`)).toContain('query ');
      state.left -= 1;
    }
    socket.end();
  }
}
