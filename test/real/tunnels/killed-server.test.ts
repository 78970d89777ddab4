import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { startSshd } from '../../support/sshd.ts';

describe('a server that is killed', () => {
  it('leaves no session on the bastion', async () => {
    await using sshd = await startSshd();
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', `${import.meta.dirname}/hold-a-tunnel.ts`, sshd.host, String(sshd.port), sshd.user],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [key] = (await once(child.stdout, 'data')) as [Buffer];
    sshd.install(key.toString().trim());
    await once(child.stdout, 'data');
    expect(sshd.sessionPids().length).toBeGreaterThan(0);
    child.kill('SIGKILL');
    await expect.poll(() => sshd.sessionPids().length).toBe(0);
  });
});
