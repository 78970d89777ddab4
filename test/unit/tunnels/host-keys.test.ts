import { describe, expect, it } from 'vitest';
import type { ObservedHostKey } from '../../../src/tunnels/contract.ts';
import { hostKeyAlgorithms, judgeHostKey, presentedHostKey } from '../../../src/tunnels/host-keys.ts';
import { generateTunnelKey, parsePublicKey } from '../../../src/tunnels/keys.ts';

function hostKey() {
  const { publicKey } = generateTunnelKey();
  const presented = presentedHostKey(parsePublicKey(publicKey)?.blob ?? Buffer.of());
  const observed: ObservedHostKey = { ...presented, firstSeenAt: '', lastSeenAt: '' };
  return { line: publicKey, presented, observed };
}

const right = hostKey();
const other = hostKey();

describe('a host key', () => {
  it('is learned on first use unless the policy is strict', () => {
    expect(judgeHostKey(right.presented, [], [], 'accept-new')).toEqual({ accepted: true });
    expect(judgeHostKey(right.presented, [], [], 'strict')).toMatchObject({ accepted: false, why: 'not-known' });
  });

  it('is pinned once it was learned', () => {
    expect(judgeHostKey(right.presented, [], [right.observed], 'strict')).toEqual({ accepted: true });
    expect(judgeHostKey(other.presented, [], [right.observed], 'accept-new')).toEqual({
      accepted: false,
      why: 'changed',
      expected: [right.presented.fingerprint],
    });
    expect(judgeHostKey(other.presented, [], [right.observed, other.observed], 'accept-new')).toEqual({
      accepted: true,
    });
  });

  it('must be a declared one where any is declared, whatever was learned', () => {
    expect(judgeHostKey(right.presented, [right.line], [other.observed], 'strict')).toEqual({ accepted: true });
    expect(judgeHostKey(other.presented, [right.line], [other.observed], 'accept-new')).toMatchObject({
      accepted: false,
      why: 'not-declared',
      expected: [right.presented.fingerprint],
    });
  });

  it('is taken whatever it is when the policy is any', () => {
    expect(judgeHostKey(other.presented, [right.line], [right.observed], 'any')).toEqual({ accepted: true });
  });

  it('is asked for by the type that is known', () => {
    expect(hostKeyAlgorithms([], [])[0]).toBe('ssh-ed25519');
    const rsa = { ...right.observed, algorithm: 'ssh-rsa' };
    expect(hostKeyAlgorithms([], [rsa]).slice(0, 2)).toEqual(['rsa-sha2-512', 'rsa-sha2-256']);
    expect(hostKeyAlgorithms([right.line], [rsa])[0]).toBe('ssh-ed25519');
    expect(new Set(hostKeyAlgorithms([], [rsa])).size).toBe(hostKeyAlgorithms([], []).length);
  });
});
