import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sshd, startSshd } from '../../support/sshd.ts';
import { innerNetwork } from './inner-network.ts';
import { createWorld, echo, failureOf, type World } from './world.ts';

const soon = () => AbortSignal.timeout(60_000);
const network = innerNetwork();
let sshd: Sshd;

beforeAll(async () => {
  sshd = await startSshd({ netns: network.netns });
});

afterAll(() => sshd[Symbol.asyncDispose]());

describe('rotating keys', () => {
  it('asks the live bastion about a key without a failed login', async () => {
    await using world = createWorld();
    await using own = await startSshd({ netns: network.netns });
    const { id, keys } = world.declared.declare(own);
    own.install(keys[0].publicKey);
    expect(await world.tunnels.acceptsKey(id, 1, world.declared, soon())).toBe(true);
    expect(await world.tunnels.acceptsKey(id, 2, world.declared, soon())).toBe(false);
    own.install(keys[1].publicKey);
    expect(await world.tunnels.acceptsKey(id, 2, world.declared, soon())).toBe(true);
    expect(own.logLines().filter((line) => line.startsWith('Accepted publickey')).length).toBe(3);
    own.clear();
    expect(await world.tunnels.acceptsKey(id, 2, world.declared, soon())).toBe(false);
    await own.kill();
    expect(await failureOf(world.tunnels.acceptsKey(id, 2, world.declared, soon()))).toMatchObject({
      stage: 'bastion.connect',
    });
  });

  it('moves new connections to a session under the new key, and lets the old one end with its last channel', async () => {
    await using world = createWorld();
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey, keys[1].publicKey);
    const old = await world.connect(id, network.inner.port);
    const rotated = world.declared.rotate(id);
    world.tunnels.definitionChanged(id);
    sshd.remove(keys[0].publicKey);
    expect(rotated.keys[0].fingerprint).toBe(keys[1].fingerprint);
    const fresh = await world.connect(id, network.inner.port);
    expect(await echo(old, 'old')).toBe('old');
    expect(await echo(fresh, 'fresh')).toBe('fresh');
    expect(world.tunnels.statuses()).toMatchObject([
      { sessions: 2, state: 'connected', keyFingerprint: keys[1].fingerprint },
    ]);
    expect(world.seen.lastWinner(id)).toBe(keys[1].fingerprint);
    old.destroy();
    await expect.poll(() => world.tunnels.statuses()[0]?.sessions).toBe(1);
  });

  it('goes back to the sessions of a definition that came back', async () => {
    await using world = createWorld();
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey);
    const held = await world.connect(id, network.inner.port);
    world.tunnels.definitionChanged(id);
    await expect.poll(() => world.tunnels.statuses()[0]?.state).toBe('draining');
    const again = await world.connect(id, network.inner.port);
    expect(world.tunnels.statuses()).toMatchObject([{ sessions: 1, channels: 2 }]);
    held.destroy();
    again.destroy();
  });

  it('that overtakes a login under way has it made again with the keys of now', async () => {
    await using world = createWorld();
    await using slow = await startSshd({ netns: network.netns });
    const { id, keys } = world.declared.declare(slow);
    slow.install(keys[0].publicKey, keys[1].publicKey);
    await world.check(id);
    slow.freeze();
    const waiting = world.connect(id, network.inner.port);
    await expect.poll(() => world.tunnels.statuses()[0]?.state).toBe('connecting');
    for (let rotation = 0; rotation < 2; rotation += 1) {
      const [old] = world.declared.get(id).keys;
      slow.install(world.declared.rotate(id).keys[1].publicKey);
      slow.remove(old.publicKey);
      world.tunnels.definitionChanged(id);
    }
    slow.thaw();
    expect(await echo(await waiting, 'made again')).toBe('made again');
  });

  it('twenty times under load fails no query, with the keys installed in time', async () => {
    await using world = createWorld();
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey, keys[1].publicKey);
    const state = { rotating: true, queries: 0 };
    const load = Array.from({ length: 8 }, () => queries(world, id, state));
    for (let rotation = 0; rotation < 20; rotation += 1) {
      const before = world.declared.get(id).keys;
      expect(await world.tunnels.acceptsKey(id, 2, world.declared, soon())).toBe(true);
      const after = world.declared.rotate(id);
      world.tunnels.definitionChanged(id);
      sshd.install(after.keys[1].publicKey);
      sshd.remove(before[0].publicKey);
      const asked = state.queries;
      await expect.poll(() => state.queries - asked).toBeGreaterThan(20);
    }
    state.rotating = false;
    await Promise.all(load);
  });
});

/** Connections one after another, ten queries on each, until the rotations are done. Any failure fails the test. */
async function queries(world: World, id: string, state: { rotating: boolean; queries: number }): Promise<void> {
  while (state.rotating) {
    const socket = await world.connect(id, network.inner.port);
    for (let query = 0; query < 10; query += 1) {
      expect(await echo(socket, `query ${query}`)).toBe(`query ${query}`);
      state.queries += 1;
    }
    socket.end();
  }
}
