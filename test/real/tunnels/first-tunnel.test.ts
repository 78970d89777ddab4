import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sshd, startSshd } from '../../support/sshd.ts';
import { innerNetwork } from './inner-network.ts';
import { countBytes, createWorld, echo, failureOf } from './world.ts';

const network = innerNetwork();
let sshd: Sshd;

beforeAll(async () => {
  sshd = await startSshd({ netns: network.netns });
});

afterAll(() => sshd[Symbol.asyncDispose]());

describe('a tunnel', () => {
  it('fails with both lines to add, then works as soon as one of them is installed', async () => {
    await using world = createWorld();
    const { id, keys } = world.declared.declare(sshd);
    const failure = await failureOf(world.check(id));
    expect(failure).toMatchObject({ stage: 'bastion.authenticate', code: '28000' });
    expect(failure.hint).toContain(keys[0].publicKey);
    expect(failure.hint).toContain(keys[1].publicKey);
    expect(failure.detail).toContain('bastion.authenticate');

    sshd.install(keys[1].publicKey);
    const check = await world.check(id);
    expect(check.accepted).toEqual([false, true]);
    expect(check.reports.map((report) => report.stage)).toEqual([
      'bastion.resolve',
      'bastion.connect',
      'bastion.handshake',
      'bastion.host-key',
      'bastion.authenticate',
    ]);
    expect(world.seen.lastWinner(id)).toBe(keys[1].fingerprint);
    expect(world.seen.hostKeys(id).map((key) => key.fingerprint)).toEqual([sshd.hostKeyFingerprint()]);
  });

  it('carries connections to names that only the bastion knows, over one session', async () => {
    await using world = createWorld();
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey);
    const sockets = await Promise.all(
      Array.from({ length: 5 }, () => world.connect(id, network.inner.port, 'db.internal')),
    );
    const texts = await Promise.all(sockets.map((socket, index) => echo(socket, `hello ${index}\n`)));
    expect(texts).toEqual(['hello 0\n', 'hello 1\n', 'hello 2\n', 'hello 3\n', 'hello 4\n']);
    expect(world.tunnels.statuses()).toMatchObject([{ id, state: 'connected', sessions: 1, channels: 5 }]);
    const direct = await failureOf(world.connect(null, network.inner.port, 'db.internal'));
    expect(direct).toMatchObject({ stage: 'resolve' });
    for (const socket of sockets) socket.destroy();
  });

  it('moves bulk data both ways unchanged, and ends both sides when the far end does', async () => {
    await using world = createWorld();
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey);
    const down = await world.connect(id, network.inner.port);
    down.write(`send ${40 * 1024 * 1024}\n`);
    const closed = once(down, 'close');
    expect(await countBytes(down)).toBe(40 * 1024 * 1024);
    await closed;

    const up = await world.connect(id, network.inner.port);
    up.write('sink\n');
    for (let sent = 0; sent < 320; sent += 1) {
      if (!up.write(Buffer.alloc(64 * 1024))) await once(up, 'drain');
    }
    up.end();
    const [answer] = (await once(up, 'data')) as [Buffer];
    expect(answer.toString()).toBe(String(320 * 64 * 1024));
  });

  it('ends its channels with ECONNRESET when the bastion dies, read or not, and dials again at the next use', async () => {
    await using world = createWorld();
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey);
    const reading = await world.connect(id, network.inner.port);
    reading.resume();
    const paused = await world.connect(id, network.inner.port);
    paused.write('send 8000000\n');
    await once(paused, 'readable');
    const writing = await world.connect(id, network.inner.port);
    writing.write('hold\n');
    const writes = Array.from({ length: 200 }, () =>
      failureOf(
        new Promise((resolve, reject) => {
          writing.write(Buffer.alloc(64 * 1024), (error) => (error == null ? resolve(undefined) : reject(error)));
        }),
      ).catch(() => undefined),
    );
    const errors = [reading, paused, writing].map(async (socket) => (await once(socket, 'error'))[0] as Error);
    await sshd.kill();
    for (const error of await Promise.all(errors)) {
      expect(error).toMatchObject({ stage: 'tunnel.session', cause: { code: 'ECONNRESET' } });
    }
    await Promise.all(writes);
    const pending = world.connect(id, network.inner.port);
    await sshd.restart();
    expect(await echo(await pending, 'back\n')).toBe('back\n');
  });

  it('refuses a changed host key naming both fingerprints, until it is forgotten', async () => {
    await using world = createWorld();
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey);
    await world.check(id);
    const before = sshd.hostKeyFingerprint();
    await sshd.restart({ newHostKey: true });
    const failure = await failureOf(world.check(id));
    expect(failure).toMatchObject({ stage: 'bastion.host-key', code: '08001' });
    expect(failure.detail).toContain(before);
    expect(failure.detail).toContain(sshd.hostKeyFingerprint());
    world.seen.hostKeysForgotten(id);
    await world.check(id);
  });
});
