/** What an SSH TUNNEL connection declares; its keys are rows of the catalog. */
export interface SshTunnelDetails {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** `HOST KEY` lines (`ssh-ed25519 AAAA…`, comment taken off); empty: learned on first use. */
  readonly hostKeys: readonly string[];
  /** Item id of the jump host's tunnel. */
  readonly through: string | null;
  /** Options of a pasted SHOW CREATE that were not taken. */
  readonly ignoredKeys: readonly string[];
}
