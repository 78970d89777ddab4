import { describe, expect, it } from 'vitest';
import { startSshd } from '../../support/sshd.ts';
import { innerNetwork } from './inner-network.ts';
import { createWorld, echo, failureOf, patient } from './world.ts';

const network = innerNetwork();

describe('a bastion with little room', () => {
  it('that takes two logins at a time serves 200 dials over 30 tunnels in the end, with one login for each tunnel', async () => {
    await using world = createWorld(patient);
    await using sshd = await startSshd({ netns: network.netns, config: ['MaxStartups 2'] });
    const tunnels = Array.from({ length: 30 }, () => world.declared.declare(sshd));
    sshd.install(...tunnels.map((tunnel) => tunnel.keys[0].publicKey));
    const dials = Array.from({ length: 200 }, async (_, index) => {
      const { id } = tunnels[index % 30] as (typeof tunnels)[0];
      return echo(await world.connect(id, network.inner.port), `dial ${index}`);
    });
    expect(await Promise.all(dials)).toEqual(dials.map((_, index) => `dial ${index}`));
    expect(sshd.logLines().filter((line) => line.startsWith('Accepted publickey')).length).toBe(30);
  });

  it('that allows one session carries any number of connections: MaxSessions does not count them', async () => {
    await using world = createWorld(patient);
    await using sshd = await startSshd({ netns: network.netns, config: ['MaxSessions 1'] });
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey);
    const sockets = await Promise.all(Array.from({ length: 100 }, () => world.connect(id, network.inner.port)));
    expect(world.tunnels.statuses()).toMatchObject([{ sessions: 1, channels: 100 }]);
    for (const socket of sockets) socket.destroy();
  });

  it('that runs out of files is used with further sessions, and then refuses with the reason', async () => {
    await using world = createWorld(patient);
    await using sshd = await startSshd({ netns: network.netns, openFiles: 64 });
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey);
    const results = await Promise.allSettled(Array.from({ length: 300 }, () => world.connect(id, network.inner.port)));
    const opened = results.filter((result) => result.status === 'fulfilled');
    expect(opened.length).toBeGreaterThan(150);
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []));
    expect(refused.length).toBeGreaterThan(0);
    for (const error of refused) expect(error).toMatchObject({ stage: 'tunnel.forward', code: '08004' });
    expect(world.tunnels.statuses()[0]).toMatchObject({ sessions: 4, channels: opened.length });
    for (const { value } of opened) value.destroy();
    // The bastion gives its files back when it has read the closes: in its own time.
    const again = async (): Promise<string> => echo(await world.connect(id, network.inner.port), 'room again');
    await expect.poll(again).toBe('room again');
  });

  it('that asks whether we are alive is answered, on sessions with and without channels', async () => {
    await using world = createWorld();
    await using sshd = await startSshd({
      netns: network.netns,
      config: ['ClientAliveInterval 1', 'ClientAliveCountMax 5', 'LogLevel DEBUG2'],
    });
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey);
    const socket = await world.connect(id, network.inner.port);
    const answers = () => sshd.logLines().filter((line) => /Got \d+\/\d+ for keepalive/.test(line)).length;
    await expect.poll(answers).toBeGreaterThan(1);
    expect(await echo(socket, 'alive')).toBe('alive');
    socket.destroy();
    const before = answers();
    await expect.poll(answers).toBeGreaterThan(before + 1);
    expect(world.tunnels.statuses()).toMatchObject([{ sessions: 1, state: 'connected' }]);
  });
});

describe('two tunnels to one bastion', () => {
  it('have sessions and keys of their own, and one that is refused does not hold up the other', async () => {
    await using world = createWorld();
    await using sshd = await startSshd({ netns: network.netns });
    const first = world.declared.declare(sshd);
    const second = world.declared.declare(sshd);
    sshd.install(first.keys[0].publicKey);
    await world.check(first.id);
    expect(await failureOf(world.connect(second.id, network.inner.port))).toMatchObject({
      stage: 'bastion.authenticate',
    });
    expect(await echo(await world.connect(first.id, network.inner.port), 'first')).toBe('first');
    sshd.install(second.keys[1].publicKey);
    await world.check(second.id);
    expect(await echo(await world.connect(second.id, network.inner.port), 'second')).toBe('second');
    expect(world.tunnels.statuses().map((status) => status.sessions)).toEqual([1, 1]);
  });
});
