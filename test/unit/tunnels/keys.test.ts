import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fingerprintOf, generateTunnelKey, parsePublicKey } from '../../../src/tunnels/keys.ts';
import { parsePrivateKey } from '../../../src/tunnels/ssh2-transport.ts';

/** A deadline of its own: no test runner's is kept while this waits. Told no passphrase, it would ask for one. */
const keygen = (...args: readonly string[]): string =>
  execFileSync('ssh-keygen', args, { encoding: 'utf8', timeout: 60_000 });

describe('generated keys', () => {
  it('are never broken: every pair parses, and its halves belong together', () => {
    // ssh2's own generator breaks one in 256: 3000 pairs would show that with a chance of 1 - 8e-6.
    for (let count = 0; count < 3000; count += 1) {
      const key = generateTunnelKey();
      const parsed = key.privateKey.use(parsePrivateKey);
      if (parsed instanceof Error) throw parsed;
      const publicHalf = parsePublicKey(key.publicKey);
      expect(publicHalf?.blob.length).toBe(51);
      expect(parsed.getPublicSSH().equals(publicHalf?.blob ?? Buffer.of())).toBe(true);
    }
  });

  it('are what ssh-keygen reads', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-keys-'));
    try {
      const key = generateTunnelKey();
      key.privateKey.use((pem) => writeFileSync(join(folder, 'key'), pem, { mode: 0o600 }));
      const derived = keygen('-y', '-P', '', '-f', join(folder, 'key')).trim();
      expect(derived).toBe(key.publicKey);
      writeFileSync(join(folder, 'key.pub'), `${key.publicKey}\n`);
      const listed = keygen('-lf', join(folder, 'key.pub'));
      expect(listed).toBe(`256 ${key.fingerprint} materialize (ED25519)\n`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('cannot be printed', () => {
    const key = generateTunnelKey();
    expect(JSON.stringify(key)).not.toContain('PRIVATE KEY');
    expect(String(key.privateKey)).toBe('[redacted]');
  });
});

describe('a public key line', () => {
  it('is read when its name and its bytes agree', () => {
    const { publicKey, fingerprint } = generateTunnelKey();
    const parsed = parsePublicKey(publicKey);
    expect(parsed?.algorithm).toBe('ssh-ed25519');
    expect(fingerprintOf(parsed?.blob ?? Buffer.of())).toBe(fingerprint);
    for (const line of [
      '',
      'ssh-ed25519',
      'ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAI',
      'ssh-ed25519 !!!!',
      publicKey.replace('ssh-', 'sh-'),
    ]) {
      expect(parsePublicKey(line), line).toBe(undefined);
    }
  });
});
