import { describe, expect, it } from 'vitest';
import { startSshd } from '../../support/sshd.ts';
import { innerNetwork } from './inner-network.ts';
import { createWorld, echo } from './world.ts';

const network = innerNetwork();

/** What sshd from 9.8 on writes when it turns an address away for what it did before. */
const turnedAway = /^drop connection/;
const failedLogin = /^Connection (?:closed|reset) by authenticating user|Too many authentication failures/;

describe('a bastion that keeps count of failed logins', () => {
  it('sees one of them in 20 s, however many dials want however many tunnels whose keys are missing', async () => {
    // Dials that cannot wait for the next login, 20 s after the one that was refused.
    await using world = createWorld({ timeouts: { dialMs: 8_000 } });
    await using sshd = await startSshd({ netns: network.netns });
    const tunnels = Array.from({ length: 30 }, () => world.declared.declare(sshd));
    for (let round = 0; round < 3; round += 1) {
      const dials = tunnels.flatMap(({ id }) => [
        world.connect(id, network.inner.port),
        world.connect(id, network.inner.port),
      ]);
      const ends = await Promise.allSettled(dials);
      expect(ends.filter((end) => end.status === 'fulfilled')).toEqual([]);
    }
    const failedLogins = (): number => sshd.logLines().filter((line) => failedLogin.test(line)).length;
    await expect.poll(failedLogins).toBe(1);

    sshd.install(...tunnels.map((tunnel) => tunnel.keys[0].publicKey));
    for (const { id } of tunnels) {
      await world.check(id);
      expect(await echo(await world.connect(id, network.inner.port), id)).toBe(id);
    }
    expect(failedLogins()).toBe(1);
    expect(sshd.logLines().filter((line) => turnedAway.test(line))).toEqual([]);
  });
});
