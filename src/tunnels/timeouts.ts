/** Deadlines and ages, in milliseconds. */
export interface TunnelTimeouts {
  /** Looking a name up. */
  readonly resolveMs: number;
  /** TCP to a bastion or a direct target, over all its addresses. */
  readonly connectMs: number;
  /** SSH greeting, key exchange and login. */
  readonly handshakeMs: number;
  /** The bastion's answer to an open: its own connection to the target. */
  readonly openMs: number;
  /** How long a dial waits for a bastion that is down or crowded, all in all. */
  readonly dialMs: number;
  /** Silence after which a session counts as dead; it is asked at half of it. */
  readonly silenceMs: number;
  /** Unused time after which the last session of a tunnel is closed. */
  readonly idleMs: number;
  /** The same for its further sessions. */
  readonly extraIdleMs: number;
  /** Age at which a session takes no new channels. */
  readonly ageMs: number;
  /** Between two validations of one bastion, when the first failed. */
  readonly validationGapMs: number;
}

const minute = 60_000;

export const defaultTimeouts: TunnelTimeouts = {
  resolveMs: 5_000,
  connectMs: 10_000,
  handshakeMs: 15_000,
  openMs: 10_000,
  dialMs: 15_000,
  silenceMs: 20_000,
  idleMs: 5 * minute,
  extraIdleMs: minute,
  ageMs: 12 * 60 * minute,
  validationGapMs: 1_000,
};
