import { createHash } from 'node:crypto';
import type { TunnelDefinition, TunnelKey } from '../../tunnels/index.ts';
import type { SshTunnelDetails } from './details.ts';

/** What a definition needs beside the planned options. */
export interface TunnelFacts {
  readonly id: string;
  /** As short as is unambiguous, for messages. */
  readonly name: string;
  readonly ownerIsSuperuser: boolean;
}

/**
 * Equal for definitions that share running sessions: host, port, user, declared host keys, way and keys. `throughGeneration` is the
 * generation of the jump host's tunnel, so that a change of the outer bastion ends the inner sessions too.
 */
export function tunnelGeneration(
  details: SshTunnelDetails,
  keyFingerprints: readonly [string, string],
  throughGeneration: string | null,
): string {
  const { host, port, user, hostKeys, through } = details;
  const parts = [host, port, user, hostKeys, through, throughGeneration, keyFingerprints];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}

/** A tunnel as the tunnels room dials it: planned options plus the opened keys. */
export function tunnelDefinition(
  facts: TunnelFacts,
  details: SshTunnelDetails,
  keys: readonly [TunnelKey, TunnelKey],
  throughGeneration: string | null,
): TunnelDefinition {
  const { host, port, user, hostKeys, through } = details;
  const fingerprints = [keys[0].fingerprint, keys[1].fingerprint] as const;
  return {
    ...facts,
    generation: tunnelGeneration(details, fingerprints, throughGeneration),
    host,
    port,
    user,
    keys,
    hostKeys,
    through,
  };
}
