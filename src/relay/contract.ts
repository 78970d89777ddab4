import type { Duplex } from 'node:stream';
import type { AuthenticatedStream, RelayStart } from '../connections/index.ts';
import type { PgError } from '../errors/index.ts';

/** A client that logged in and named a connection as its database. */
export interface RelayRequest {
  readonly role: { readonly name: string; readonly superuser: boolean };
  readonly connection: {
    readonly id: string;
    /** As few parts as name it for the role: what messages say. */
    readonly name: string;
    /** All three parts. */
    readonly fullName: string;
    /** The tunnel that it uses, in the same words; null: none. */
    readonly tunnelName: string | null;
  };
  readonly client: { readonly address: string; readonly encrypted: boolean };
  /** Names the relay to CancelRequest. */
  readonly key: { readonly processId: number; readonly secret: Uint8Array };
  /** Everything that the client's StartupMessage said. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Aborted with a PgError when the client is gone or the server stops. */
  readonly signal: AbortSignal;
  /** Why the catalog does not allow the relay, or no longer. */
  refusal(): PgError | undefined;
  /** Logs in to the connection's server. @throws PgError with a stage */
  open(start: RelayStart & { readonly signal: AbortSignal }): Promise<AuthenticatedStream>;
}

/** How many relays there may be, and for how long. Milliseconds; 0: no limit. Superusers are bound by the times only. */
export interface RelayLimits {
  readonly perConnectionMax: number;
  readonly perRoleMax: number;
  /** From the client's login to the server's. */
  readonly connectTimeoutMs: number;
  /** How long a client may leave an answered session alone. */
  readonly idleTimeoutMs: number;
  readonly lifetimeMs: number;
}

export type RelayState = 'connecting' | 'open' | 'closing';

/** One relay, as mz_internal.mz_relays shows it. */
export interface RelayStatus {
  readonly processId: number;
  readonly role: string;
  readonly connectionId: string;
  readonly clientAddress: string;
  readonly since: string;
  readonly state: RelayState;
  readonly bytesFromClient: number;
  readonly bytesFromServer: number;
  readonly serverProcessId: number | null;
}

/** Clients whose bytes go to the server of a connection. */
export interface Relays {
  /** Serves the client until either side ends. @throws PgError FATAL before anything was written to the client; never behind that. */
  serve(request: RelayRequest, client: Duplex): Promise<void>;
  /** A CancelRequest; keys of nobody are ignored. */
  cancel(key: { readonly processId: number; readonly secret: Uint8Array }): void;
  /** The catalog changed: relays that it no longer allows end with 57P01. */
  recheck(): void;
  statuses(): readonly RelayStatus[];
  /** Takes no more clients, and ends those that are left after `graceMs`. Resolves when there are none. */
  drain(graceMs: number): Promise<void>;
}
