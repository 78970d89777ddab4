import type { Hop } from './kind.ts';
import { hostPort } from './rules.ts';

/** One hop of a way, ready to be shown: EXPLAIN CONNECTION. */
export interface WayStep {
  readonly hop: string;
  /** `host:port`. */
  readonly address: string;
  readonly resolvedBy: string;
  /** Name of the tunnel; null: straight. */
  readonly through: string | null;
  /** Fingerprints of the keys that are offered; null where none are. */
  readonly keys: string | null;
  readonly protection: string;
  /** The name, or `SECRET name`. */
  readonly user: string | null;
  /** Names of the secrets that are opened. */
  readonly secrets: readonly string[];
}

/** What of the catalog a way is told with. */
export interface WayNames {
  readonly tunnel: (id: string) => {
    readonly name: string;
    readonly hops: readonly Hop[];
    readonly keyFingerprints: readonly string[];
  };
  readonly secretName: (id: string) => string;
}

/** Every hop from here to the servers, jump hosts first, each tunnel once. Nothing is dialled. */
export function wayOf(hops: readonly Hop[], names: WayNames): readonly WayStep[] {
  const shown = new Set<string>();
  return hops.flatMap((hop) => [...tunnelsBefore(hop, names, shown), toStep(hop, names, null)]);
}

function tunnelsBefore({ through }: Hop, names: WayNames, shown: Set<string>): readonly WayStep[] {
  if (through === null || shown.has(through)) return [];
  shown.add(through);
  const { hops, keyFingerprints } = names.tunnel(through);
  const keys = keyFingerprints.join(', ');
  return hops.flatMap((hop) => [...tunnelsBefore(hop, names, shown), toStep(hop, names, keys)]);
}

function toStep(hop: Hop, names: WayNames, keys: string | null): WayStep {
  const tunnel = hop.through === null ? null : names.tunnel(hop.through).name;
  return {
    hop: hop.purpose,
    address: hostPort(hop.host, hop.port),
    resolvedBy: tunnel === null ? 'this server' : `the bastion of ${tunnel}`,
    through: tunnel,
    keys,
    protection: hop.protection,
    user:
      hop.user === null ? null : 'text' in hop.user ? hop.user.text : `SECRET ${names.secretName(hop.user.secretId)}`,
    secrets: [...new Set(hop.secrets)].map((id) => names.secretName(id)),
  };
}
