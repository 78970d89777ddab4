import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostKeyPolicy } from '../../../src/tunnels/index.ts';
import { createNetns, type Netns } from '../../support/netns.ts';
import { startSshd } from '../../support/sshd.ts';
import { createWorld, failureOf } from './world.ts';

let netns: Netns;

beforeAll(() => {
  netns = createNetns();
});

afterAll(async () => {
  await netns[Symbol.asyncDispose]();
});

describe("a bastion's host keys", () => {
  it('are all learned, of every type that it proves to own', async () => {
    await using world = createWorld();
    await using sshd = await startSshd({ netns, hostKeyTypes: ['ed25519', 'ecdsa', 'rsa'] });
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey);
    const socket = await world.connect(id, sshd.port, sshd.host);
    const algorithms = () =>
      world.seen
        .hostKeys(id)
        .map((key) => key.algorithm)
        .toSorted();
    await expect.poll(algorithms).toEqual(['ecdsa-sha2-nistp256', 'ssh-ed25519', 'ssh-rsa']);
    expect(world.tunnels.statuses()[0]?.hostKeyFingerprint).toBe(sshd.hostKeyFingerprint());
    socket.destroy();
  });

  it('may change to one that it announced before', async () => {
    await using world = createWorld();
    await using sshd = await startSshd({ netns, hostKeyTypes: ['ed25519', 'ecdsa'] });
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey);
    const socket = await world.connect(id, sshd.port, sshd.host);
    await expect.poll(() => world.seen.hostKeys(id).length).toBe(2);
    socket.destroy();
    await sshd.restart({ config: ['HostKeyAlgorithms ecdsa-sha2-nistp256'] });
    const check = await world.check(id);
    expect(check.reports.find((report) => report.stage === 'bastion.host-key')?.detail).toContain(
      'ecdsa-sha2-nistp256',
    );
  });

  it('must be the declared one where one is declared', async () => {
    await using world = createWorld();
    await using sshd = await startSshd({ netns });
    const { id, keys } = world.declared.declare(sshd, { hostKeys: [sshd.hostPublicKey()] });
    sshd.install(keys[0].publicKey);
    await world.check(id);
    const declared = sshd.hostKeyFingerprint();
    await sshd.restart({ newHostKey: true });
    const failure = await failureOf(world.check(id));
    expect(failure).toMatchObject({ stage: 'bastion.host-key', message: expect.stringContaining('not declared') });
    expect(failure.detail).toContain(declared);
    expect(failure.hint).toContain(sshd.hostPublicKey());
    world.declared.alter(id, { hostKeys: [sshd.hostPublicKey()] });
    await world.check(id);
  });

  it('must be known beforehand under the policy strict, and need not be under any', async () => {
    let policy: HostKeyPolicy = 'strict';
    await using world = createWorld({ hostKeyPolicy: () => policy });
    await using sshd = await startSshd({ netns });
    const { id, keys } = world.declared.declare(sshd);
    sshd.install(keys[0].publicKey);
    const failure = await failureOf(world.check(id));
    expect(failure).toMatchObject({ stage: 'bastion.host-key', message: expect.stringContaining('is not known') });
    expect(failure.detail).toContain(sshd.hostKeyFingerprint());
    policy = 'any';
    await world.check(id);
    await sshd.restart({ newHostKey: true });
    await world.check(id);
  });
});
