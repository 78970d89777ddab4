import type { Duplex } from 'node:stream';
import type { PgNotice, StageReport } from '../errors/index.ts';
import type { Secret } from '../secrets/index.ts';

/** Id of an SSH TUNNEL connection (`u3`). */
export type TunnelId = string;

export interface TunnelKey {
  readonly slot: 1 | 2;
  /** `ssh-ed25519 AAAA… materialize`. */
  readonly publicKey: string;
  /** `SHA256:…`. */
  readonly fingerprint: string;
  /** OpenSSH PEM. */
  readonly privateKey: Secret<string>;
}

/** What is declared of a tunnel, with its keys opened: made from the catalog for each new session, never kept. */
export interface TunnelDefinition {
  readonly id: TunnelId;
  /** For messages, as short as is unambiguous: `ssh_connection`. */
  readonly name: string;
  /** Equal texts mean that a running session may still be used: host, port, user, keys, declared host keys, the way. */
  readonly generation: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly keys: readonly [TunnelKey, TunnelKey];
  /** `HOST KEY`: `ssh-ed25519 AAAA…` lines pinned beforehand; empty: learned on first use. */
  readonly hostKeys: readonly string[];
  /** A jump host: the tunnel that this one is reached through. */
  readonly through: TunnelId | null;
  /** Target policy: loopback is allowed only for what a superuser owns. */
  readonly ownerIsSuperuser: boolean;
}

/** Where definitions come from; `generation` alone must be cheap (no secret is opened for it). */
export interface TunnelDefinitions {
  /** @throws PgError 42704 when there is no such tunnel. */
  get(id: TunnelId): TunnelDefinition;
  generation(id: TunnelId): string;
  /** Where connections that use the tunnel lead: VALIDATE tries whether the bastion forwards to the first. */
  targets?(id: TunnelId): readonly { readonly host: string; readonly port: number }[];
}

export interface ObservedHostKey {
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`. */
  readonly algorithm: string;
  readonly fingerprint: string;
  readonly publicKey: string;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
}

/** The tunnels room's view of what was observed; filled from `observations` by the composition root. Never blocks, never throws. */
export interface TunnelObservations {
  hostKeys(id: TunnelId): readonly ObservedHostKey[];
  hostKeySeen(
    id: TunnelId,
    key: { readonly algorithm: string; readonly fingerprint: string; readonly publicKey: string },
  ): void;
  /** RESET (HOST KEY), or HOST / PORT changed. */
  hostKeysForgotten(id: TunnelId): void;
  keyAccepted(id: TunnelId, key: { readonly fingerprint: string; readonly bastion: string }): void;
  /** Fingerprint of the key that logged in last; undefined: never logged in. */
  lastWinner(id: TunnelId): string | undefined;
  /** Whether this key was ever seen to log in. */
  wasAccepted(id: TunnelId, fingerprint: string): boolean;
  tunnelChanged(
    id: TunnelId,
    change: {
      readonly state: TunnelState;
      readonly error?: string | undefined;
      readonly stage?: string | undefined;
      readonly hint?: string | undefined;
    },
  ): void;
}

export type TunnelState = 'idle' | 'connecting' | 'connected' | 'draining' | 'failed' | 'waiting';

export interface Target {
  readonly host: string;
  readonly port: number;
  readonly through: TunnelId | null;
}

export interface DialOptions {
  readonly signal: AbortSignal;
  /** A login of its own instead of a shared session: what VALIDATE wants. */
  readonly fresh?: boolean | undefined;
  /** Somebody waits for it: where logins are held up after a failure, a fresh one is made at once. */
  readonly pressing?: boolean | undefined;
  /** Through a tunnel: how much may wait unread at first. It grows with the round trip, by what is on the way. */
  readonly windowBytes?: number | undefined;
}

/**
 * A socket to a target, direct or through a tunnel. Returned at once, still connecting; emits `connect` or is destroyed with a PgError
 * that has a stage. Behaves as a net.Socket where clients need it (setNoDelay, setKeepAlive, setTimeout, ref, unref, connecting, remoteAddress …).
 */
export interface DialedSocket extends Duplex {
  /** The steps so far, in order; complete once connected or failed. */
  readonly reports: readonly StageReport[];
  readonly connecting: boolean;
  setNoDelay(on?: boolean): this;
  setKeepAlive(on?: boolean, initialDelayMs?: number): this;
  setTimeout(timeoutMs: number, listener?: () => void): this;
  ref(): this;
  unref(): this;
}

/** The only way to reach a host: target policy of the connection's owner, tunnel, deadlines. */
export type Dial = (target: Target, options: DialOptions) => DialedSocket;

export interface DialerOptions {
  readonly definitions: TunnelDefinitions;
  /** Owner of the connection that is dialled for. */
  readonly ownerIsSuperuser: boolean;
}

/** Result of a fresh login to a bastion. */
export interface TunnelCheck {
  readonly reports: readonly StageReport[];
  /** Which of the two keys the bastion accepts; null: not tried. */
  readonly accepted: readonly [boolean | null, boolean | null];
  readonly notices: readonly PgNotice[];
}

export interface Tunnels extends AsyncDisposable {
  dialer(options: DialerOptions): Dial;
  /** VALIDATE: always one fresh login, whatever failed before; clears the breaker. @throws PgError with a stage, its DETAIL listing the stages. */
  check(id: TunnelId, definitions: TunnelDefinitions, signal: AbortSignal): Promise<TunnelCheck>;
  /** Whether the bastion takes this very key: a live login with it alone. For ROTATE KEYS. */
  acceptsKey(id: TunnelId, slot: 1 | 2, definitions: TunnelDefinitions, signal: AbortSignal): Promise<boolean>;
  /** The definition changed: sessions of other generations take no new channels and close when empty. */
  definitionChanged(id: TunnelId): void;
  /** The tunnel is gone: its sessions and channels are closed. */
  dropped(id: TunnelId): void;
  /** Rows for mz_internal.mz_ssh_tunnel_statuses: live state. */
  statuses(): readonly TunnelStatus[];
  /** Rows for mz_internal.mz_ssh_tunnel_channels. */
  channels(): readonly TunnelChannel[];
}

/** One connection through a tunnel, open or opening. */
export interface TunnelChannel {
  readonly tunnelId: TunnelId;
  /** Counts sessions since the server started. */
  readonly session: number;
  readonly channel: number;
  readonly host: string;
  readonly port: number;
  readonly state: 'opening' | 'open';
  readonly openedAt: string;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly bufferedBytes: number;
}

export interface TunnelStatus {
  readonly id: TunnelId;
  readonly state: TunnelState;
  readonly since: string;
  readonly sessions: number;
  readonly channels: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly bufferedBytes: number;
  readonly sessionAgeSeconds: number | null;
  readonly roundTripMs: number | null;
  readonly keyFingerprint: string | null;
  readonly hostKeyFingerprint: string | null;
  readonly serverVersion: string | null;
  readonly lastError: string | null;
  readonly lastErrorStage: string | null;
  readonly lastErrorHint: string | null;
}
