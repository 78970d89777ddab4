/** What the server saw, not what users declared: kept in a file of its own, outside the catalog's version. Times are ISO 8601. */

export interface HostKeyObservation {
  readonly tunnelId: string;
  readonly algorithm: string;
  readonly fingerprint: string;
  readonly publicKey: string;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
}

export interface KeyAcceptance {
  readonly tunnelId: string;
  readonly fingerprint: string;
  readonly bastion: string;
  readonly firstAcceptedAt: string;
  readonly lastAcceptedAt: string;
}

export interface ValidationObservation {
  readonly connectionId: string;
  readonly connectionName: string;
  readonly role: string;
  readonly startedAt: string;
  readonly result: 'succeeded' | 'failed' | 'cancelled';
  readonly failingStage: string | null;
  readonly error: string | null;
  readonly stages: readonly StageObservation[];
}

export interface StageObservation {
  readonly stage: string;
  readonly target: string;
  readonly status: string;
  readonly durationMs: number;
  /** Addresses that the step revealed: the brokers of a cluster. */
  readonly announced?: readonly string[];
}

/** A step that revealed addresses. */
export type Announcement = StageObservation & { readonly announced: readonly string[] };

export interface TunnelStatusObservation {
  readonly tunnelId: string;
  readonly state: string;
  readonly error: string | null;
  readonly stage: string | null;
  readonly hint: string | null;
}

export interface SecretUse {
  readonly secretId: string;
  readonly connectionId: string;
  readonly role: string;
}

/** Something that became of a client relayed to a connection's server. Durations and bytes are what they were then. */
export interface RelayObservation {
  readonly event: 'opened' | 'failed' | 'closed';
  /** Names the relay in mz_relays and for CancelRequest. */
  readonly processId: number;
  readonly connectionId: string;
  readonly connectionName: string;
  readonly role: string;
  readonly clientAddress: string;
  readonly serverProcessId: number | null;
  readonly durationMs: number;
  readonly bytesFromClient: number;
  readonly bytesFromServer: number;
  readonly reason: string | null;
}

/** Rows that are only added, and cut to their retention. */
export interface Histories {
  readonly validations: ValidationObservation;
  readonly tunnelStatuses: TunnelStatusObservation;
  readonly secretUses: SecretUse;
  readonly relays: RelayObservation;
}

export type HistoryName = keyof Histories;

/** A new row of a history. Ids count from 1 in each history and are never given twice. */
export type HistoryChange = {
  [History in HistoryName]: {
    readonly table: History;
    readonly id: number;
    readonly occurredAt: string;
    readonly row: Histories[History];
  };
}[HistoryName];

/** What came or went, for the mirrors' append-and-prune feed and the live relations. */
export type ObservationChange =
  | { readonly table: 'hostKeys'; readonly row: HostKeyObservation }
  | { readonly table: 'keyAcceptances'; readonly row: KeyAcceptance }
  | HistoryChange
  /** The tunnel's host keys were forgotten, or an object was dropped and all that was observed of it with it. */
  | { readonly table: 'forgotten'; readonly what: 'hostKeys' | 'all'; readonly objectId: string }
  /** Histories are cut to their retention: rows with id <= `upToId` are gone. */
  | {
      readonly table: 'pruned';
      readonly history: HistoryName;
      readonly upToId: number;
    };

/** Small verbs, not tables. Writes are queued and written in batches off the caller's path; reads see them at once. */
export interface Observations extends AsyncDisposable {
  hostKeySeen(
    tunnelId: string,
    key: { readonly algorithm: string; readonly fingerprint: string; readonly publicKey: string },
  ): void;
  hostKeysForgotten(tunnelId: string): void;
  hostKeys(tunnelId: string): readonly HostKeyObservation[];
  keyAccepted(tunnelId: string, key: { readonly fingerprint: string; readonly bastion: string }): void;
  keyAcceptances(tunnelId: string): readonly KeyAcceptance[];
  validationEnded(validation: ValidationObservation): void;
  /** The steps that revealed addresses, of the last validation of a connection that had any. */
  announcements(connectionId: string): readonly Announcement[];
  tunnelChanged(status: TunnelStatusObservation): void;
  secretUsed(use: SecretUse): void;
  relayed(relay: RelayObservation): void;
  /** An object was dropped: what was observed of it goes, histories stay. */
  dropped(objectId: string): void;
  /** Everything held at the time of the call, as changes, for a mirror that starts: histories last, and read as they are taken. */
  load(): Iterable<ObservationChange>;
  /** Told of each change as it comes, synchronously. Returns the way to stop. */
  onChange(listener: (change: ObservationChange) => void): () => void;
  /** Waits until what was queued is on disk. */
  flush(): Promise<void>;
}
