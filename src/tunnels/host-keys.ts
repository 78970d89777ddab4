import type { ObservedHostKey } from './contract.ts';
import { algorithmOf, fingerprintOf, parsePublicKey } from './keys.ts';

/** Server setting `ssh_host_key_policy`. */
export type HostKeyPolicy = 'accept-new' | 'strict' | 'any';

export interface PresentedHostKey {
  readonly algorithm: string;
  readonly fingerprint: string;
  /** `ssh-ed25519 AAAA…`. */
  readonly publicKey: string;
}

export type HostKeyVerdict =
  | { readonly accepted: true }
  | {
      readonly accepted: false;
      readonly why: 'changed' | 'not-declared' | 'not-known';
      readonly expected: readonly string[];
    };

export function presentedHostKey(blob: Buffer): PresentedHostKey {
  const algorithm = algorithmOf(blob);
  return { algorithm, fingerprint: fingerprintOf(blob), publicKey: `${algorithm} ${blob.toString('base64')}` };
}

/**
 * Whether a bastion's key is the right one. Declared keys (HOST KEY) are the only ones accepted where there are any; else those learned
 * before; else, on first use, the policy decides.
 */
export function judgeHostKey(
  presented: PresentedHostKey,
  declared: readonly string[],
  observed: readonly ObservedHostKey[],
  policy: HostKeyPolicy,
): HostKeyVerdict {
  if (policy === 'any') return { accepted: true };
  if (declared.length > 0) {
    const expected = declared.flatMap((line) => {
      const key = parsePublicKey(line);
      return key === undefined ? [] : [fingerprintOf(key.blob)];
    });
    return expected.includes(presented.fingerprint)
      ? { accepted: true }
      : { accepted: false, why: 'not-declared', expected };
  }
  if (observed.length > 0) {
    const expected = observed.map((key) => key.fingerprint);
    return expected.includes(presented.fingerprint)
      ? { accepted: true }
      : { accepted: false, why: 'changed', expected };
  }
  return policy === 'strict' ? { accepted: false, why: 'not-known', expected: [] } : { accepted: true };
}

const signatureAlgorithms: Readonly<Record<string, readonly string[]>> = {
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};
const offered = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

/** The host key algorithms to offer: those of known keys first, so that a bastion with several keys shows one that we know. */
export function hostKeyAlgorithms(
  declared: readonly string[],
  observed: readonly ObservedHostKey[],
): readonly string[] {
  const known =
    declared.length > 0
      ? declared.flatMap((line) => parsePublicKey(line)?.algorithm ?? [])
      : observed.map((key) => key.algorithm);
  const first = known.flatMap((algorithm) => signatureAlgorithms[algorithm] ?? [algorithm]);
  return [...new Set([...first.filter((algorithm) => offered.includes(algorithm)), ...offered])];
}
