import type { Log, Metrics } from '../telemetry/index.ts';
import type { TunnelObservations } from './contract.ts';
import type { HostKeyPolicy } from './host-keys.ts';
import type { TargetLists } from './target-policy.ts';
import type { TunnelTimeouts } from './timeouts.ts';

/** What the composition root gives the tunnels room. Functions are asked at each use: settings change while the server runs. */
export interface TunnelsOptions {
  readonly observations: TunnelObservations;
  /** `--egress-address`: those that are local are bound, in turn. */
  readonly egress: () => readonly string[];
  /** Settings `target_allow` and `target_deny`. */
  readonly targets: () => TargetLists;
  /** Setting `ssh_host_key_policy`. */
  readonly hostKeyPolicy: () => HostKeyPolicy;
  readonly timeouts?: Partial<TunnelTimeouts> | undefined;
  readonly log: Log;
  readonly metrics?: Metrics | undefined;
}
