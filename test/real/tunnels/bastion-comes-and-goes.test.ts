import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { startSshd } from '../../support/sshd.ts';
import { innerNetwork } from './inner-network.ts';
import { createWorld, echo, failureOf } from './world.ts';

const network = innerNetwork();

describe('a bastion that goes away', () => {
  it('is told by its session within the limit when it falls silent, and is used again when it is back', async () => {
    await using world = createWorld({ timeouts: { silenceMs: 3000, handshakeMs: 6000, dialMs: 30_000 } });
    await using sshd = await startSshd({ netns: network.netns });
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey);
    const socket = await world.connect(id, network.inner.port);
    expect(await echo(socket, 'one')).toBe('one');
    sshd.freeze();
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error).toMatchObject({ stage: 'tunnel.session', message: expect.stringContaining('no answer for 3 s') });
    const pending = world.connect(id, network.inner.port);
    sshd.thaw();
    expect(await echo(await pending, 'two')).toBe('two');
  });

  it('costs nothing when only its listener restarts: the session goes on', async () => {
    await using world = createWorld();
    await using sshd = await startSshd({ netns: network.netns });
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey);
    const before = await world.connect(id, network.inner.port);
    await sshd.killListener();
    const after = await world.connect(id, network.inner.port);
    expect(await echo(after, 'still here')).toBe('still here');
    expect(await echo(before, 'me too')).toBe('me too');
    expect(await failureOf(world.check(id))).toMatchObject({
      stage: 'bastion.connect',
      message: expect.stringContaining('connection refused'),
    });
  });

  it('makes a dial wait for it, and succeed when it is back within the deadline', async () => {
    await using world = createWorld();
    await using sshd = await startSshd({ netns: network.netns });
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey);
    await sshd.kill();
    const pending = [world.connect(id, network.inner.port), world.connect(id, network.inner.port)];
    await expect.poll(() => world.tunnels.statuses()[0]?.state).toBe('waiting');
    await sshd.restart();
    for (const socket of pending) expect(await echo(await socket, 'x')).toBe('x');
    expect(world.seen.states.map((entry) => entry.state)).toEqual(['connecting', 'waiting', 'connected']);
    expect(sshd.logLines().filter((line) => line.includes('Accepted publickey')).length).toBe(1);
  });

  it('fails a dial at its deadline with the last error and its remedy, and at once while it is known to refuse us', async () => {
    await using world = createWorld();
    await using sshd = await startSshd({ netns: network.netns });
    const { id } = world.declared.declare(sshd);
    const refused = await failureOf(world.connect(id, network.inner.port));
    expect(refused).toMatchObject({ stage: 'bastion.authenticate', code: '28000' });
    const tries = () => sshd.logLines().filter((line) => line.startsWith('Connection from')).length;
    expect(tries()).toBe(1);
    const again = await failureOf(world.connect(id, network.inner.port));
    expect(again).toMatchObject({
      stage: 'bastion.authenticate',
      detail: expect.stringContaining('the next one is in'),
    });
    expect(again.hint).toContain('authorized_keys');
    expect(tries()).toBe(1);

    await sshd.kill();
    await using hasty = createWorld({ timeouts: { dialMs: 3000 } });
    const other = hasty.declared.declare(sshd);
    const down = await failureOf(hasty.connect(other.id, network.inner.port));
    expect(down).toMatchObject({ stage: 'bastion.connect', code: '08001' });
  });

  it('is asked again at once by a validation, whose success lets the dials through', async () => {
    await using world = createWorld();
    await using sshd = await startSshd({ netns: network.netns });
    const { id, keys } = world.declared.declare(sshd);
    await failureOf(world.connect(id, network.inner.port));
    sshd.install(keys[0].publicKey);
    await failureOf(world.connect(id, network.inner.port));
    await world.check(id);
    expect(await echo(await world.connect(id, network.inner.port), 'in')).toBe('in');
  });

  it('is let go by an abort, wherever the dial is', async () => {
    await using world = createWorld();
    await using sshd = await startSshd({ netns: network.netns });
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey);
    await world.check(id);
    sshd.freeze();
    const stop = new AbortController();
    const dialling = failureOf(world.connect(id, network.inner.port, '127.0.0.1', { signal: stop.signal }));
    const checking = failureOf(world.tunnels.check(id, world.declared, stop.signal));
    await expect.poll(() => world.tunnels.statuses()[0]?.state).toBe('connecting');
    stop.abort();
    expect(await dialling).toMatchObject({ code: '57014' });
    expect(await checking).toMatchObject({ code: '57014' });
    sshd.thaw();
  });

  it('ends with the tunnel: a dropped one closes its channels and lets waiting dials fail', async () => {
    await using world = createWorld();
    await using sshd = await startSshd({ netns: network.netns });
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey);
    const socket = await world.connect(id, network.inner.port);
    const ended = once(socket, 'error');
    world.tunnels.dropped(id);
    expect((await ended)[0]).toMatchObject({ stage: 'tunnel.session' });
    await expect.poll(() => sshd.sessionPids().length).toBe(0);
    expect(world.tunnels.statuses()).toEqual([]);
  });

  it('is left alone when nobody uses it, and logged in to again at the next use', async () => {
    await using world = createWorld({ timeouts: { idleMs: 100, extraIdleMs: 50 } });
    await using sshd = await startSshd({ netns: network.netns });
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey);
    const socket = await world.connect(id, network.inner.port);
    expect(world.tunnels.statuses()[0]).toMatchObject({ state: 'connected', sessions: 1 });
    socket.destroy();
    await expect.poll(() => world.tunnels.statuses()[0]).toMatchObject({ state: 'idle', sessions: 0 });
    expect(await echo(await world.connect(id, network.inner.port), 'again')).toBe('again');
  });
});
