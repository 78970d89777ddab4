import type Database from 'better-sqlite3';
import { databaseFormats, migrate, openDatabase, pathIn, refusedFile, writeFailure } from '../storage/index.ts';
import { type Log, describeError } from '../telemetry/index.ts';
import type {
  Announcement,
  Histories,
  HistoryChange,
  HistoryName,
  HostKeyObservation,
  KeyAcceptance,
  ObservationChange,
  Observations,
  RelayObservation,
  SecretUse,
  TunnelStatusObservation,
  ValidationObservation,
} from './contract.ts';
import { Announcements } from './announcements.ts';
import { HistoryLedger, type Retention, defaultRetention, histories } from './retention.ts';
import { ObservationsFile } from './sqlite-file.ts';
import { WriteQueue } from './write-queue.ts';

/** What waits is written after this time, or earlier when much waits. */
const writeIntervalMs = 200;
const retryIntervalMs = 5_000;
const batchRows = 2_000;
const pageRows = 1_000;

export interface ObservationsOptions {
  readonly directory: string;
  readonly log: Log;
  readonly retention?: Retention;
  /** The clock; tests give their own. */
  readonly now?: () => Date;
}

/** Opens the observations of a data directory whose lock the caller holds. @throws StartRefused. */
export async function openObservations(options: ObservationsOptions): Promise<Observations> {
  const path = pathIn(options.directory, 'observations');
  const database = openDatabase({ path, synchronous: 'NORMAL' });
  try {
    migrate(database, path, databaseFormats.observations);
    return new SqliteObservations(database, path, options);
  } catch (error) {
    database.close();
    throw refusedFile(path, error);
  }
}

/** Keys in memory, histories on disk and in the queue; the queue is written as one transaction at a time. */
class SqliteObservations implements Observations {
  readonly #database: Database.Database;
  readonly #path: string;
  readonly #log: Log;
  readonly #now: () => Date;
  readonly #file: ObservationsFile;
  readonly #ledger: HistoryLedger;
  readonly #queue = new WriteQueue();
  readonly #listeners = new Set<(change: ObservationChange) => void>();
  readonly #hostKeys = new Map<string, Map<string, HostKeyObservation>>();
  readonly #acceptances = new Map<string, Map<string, KeyAcceptance>>();
  readonly #announcements = new Announcements(() => this.#announcingValidations());
  #timer: NodeJS.Timeout | undefined;
  #failing = false;
  #disposed = false;

  constructor(database: Database.Database, path: string, { log, retention, now }: ObservationsOptions) {
    this.#database = database;
    this.#path = path;
    this.#log = log;
    this.#now = now ?? (() => new Date());
    this.#file = new ObservationsFile(database);
    this.#ledger = new HistoryLedger(this.#file, retention ?? defaultRetention);
    for (const row of this.#file.hostKeys()) inner(this.#hostKeys, row.tunnelId).set(row.fingerprint, row);
    for (const row of this.#file.keyAcceptances()) inner(this.#acceptances, row.tunnelId).set(acceptanceKey(row), row);
  }

  hostKeySeen(
    tunnelId: string,
    key: { readonly algorithm: string; readonly fingerprint: string; readonly publicKey: string },
  ): void {
    const keys = inner(this.#hostKeys, tunnelId);
    const lastSeenAt = this.#time();
    const { algorithm, fingerprint, publicKey } = key;
    const firstSeenAt = keys.get(fingerprint)?.firstSeenAt ?? lastSeenAt;
    const row = { tunnelId, algorithm, fingerprint, publicKey, firstSeenAt, lastSeenAt };
    keys.set(fingerprint, row);
    this.#changed({ table: 'hostKeys', row });
  }

  hostKeysForgotten(tunnelId: string): void {
    if (!this.#hostKeys.delete(tunnelId)) return;
    this.#changed({ table: 'forgotten', what: 'hostKeys', objectId: tunnelId });
  }

  hostKeys(tunnelId: string): readonly HostKeyObservation[] {
    return [...(this.#hostKeys.get(tunnelId)?.values() ?? [])];
  }

  keyAccepted(
    tunnelId: string,
    { fingerprint, bastion }: { readonly fingerprint: string; readonly bastion: string },
  ): void {
    const acceptances = inner(this.#acceptances, tunnelId);
    const lastAcceptedAt = this.#time();
    const key = acceptanceKey({ fingerprint, bastion });
    const firstAcceptedAt = acceptances.get(key)?.firstAcceptedAt ?? lastAcceptedAt;
    const row = { tunnelId, fingerprint, bastion, firstAcceptedAt, lastAcceptedAt };
    acceptances.set(key, row);
    this.#changed({ table: 'keyAcceptances', row });
  }

  keyAcceptances(tunnelId: string): readonly KeyAcceptance[] {
    return [...(this.#acceptances.get(tunnelId)?.values() ?? [])];
  }

  validationEnded(validation: ValidationObservation): void {
    this.#append('validations', validation);
    this.#announcements.ended(validation);
  }

  announcements(connectionId: string): readonly Announcement[] {
    return this.#announcements.of(connectionId);
  }

  tunnelChanged(status: TunnelStatusObservation): void {
    this.#append('tunnelStatuses', status);
  }

  secretUsed(use: SecretUse): void {
    this.#append('secretUses', use);
  }

  relayed(relay: RelayObservation): void {
    this.#append('relays', relay);
  }

  dropped(objectId: string): void {
    const known = [this.#hostKeys.delete(objectId), this.#acceptances.delete(objectId)].includes(true);
    if (known) this.#changed({ table: 'forgotten', what: 'all', objectId });
  }

  load(): Iterable<ObservationChange> {
    const hostKeys = [...this.#hostKeys.values()].flatMap((keys) => [...keys.values()]);
    const acceptances = [...this.#acceptances.values()].flatMap((keys) => [...keys.values()]);
    const waiting = this.#queue.histories();
    const written = histories.map((history) => {
      const firstWaiting = waiting.find((change) => change.table === history)?.id;
      return [history, firstWaiting === undefined ? this.#ledger.bounds(history).lastId : firstWaiting - 1] as const;
    });
    const file = this.#file;
    return (function* (): Iterable<ObservationChange> {
      for (const row of hostKeys) yield { table: 'hostKeys', row };
      for (const row of acceptances) yield { table: 'keyAcceptances', row };
      for (const [history, lastId] of written) yield* pages(file, history, lastId);
      yield* waiting;
    })();
  }

  onChange(listener: (change: ObservationChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async flush(): Promise<void> {
    this.#write();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#disposed) return;
    try {
      this.#write();
      this.#database.pragma('wal_checkpoint(TRUNCATE)');
    } finally {
      this.#disposed = true;
      this.#listeners.clear();
      this.#database.close();
    }
  }

  #announcingValidations(): readonly Pick<ValidationObservation, 'connectionId' | 'stages'>[] {
    const waiting = this.#queue.histories().flatMap((change) => (change.table === 'validations' ? [change.row] : []));
    return [...this.#file.announcingValidations(), ...waiting];
  }

  #append<History extends HistoryName>(history: History, row: Histories[History]): void {
    const id = this.#ledger.next(history);
    this.#changed({ table: history, id, occurredAt: this.#time(), row } as unknown as HistoryChange);
  }

  #changed(change: ObservationChange): void {
    if (this.#disposed) return;
    if (this.#queue.add(change) && !this.#failing) this.#log.warn({}, 'observations given up');
    this.#tell(change);
    if (this.#queue.size >= batchRows && !this.#failing) this.#writeInBackground();
    this.#timer ??= setTimeout(() => this.#writeInBackground(), writeIntervalMs).unref();
  }

  #writeInBackground(): void {
    try {
      this.#write();
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.#log.error({ err: describeError(error) }, 'observations not written');
      this.#failing = true;
      this.#timer ??= setTimeout(() => this.#writeInBackground(), retryIntervalMs).unref();
    }
  }

  /** Writes what waits, then cuts the histories to their retention. @throws PgError 53100 or 58030; what waits stays. */
  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#disposed) return;
    try {
      if (this.#queue.size > 0) this.#file.write(this.#queue.changes());
      this.#queue.clear();
      const pruned = this.#ledger.beyond(this.#now().getTime());
      if (pruned.length > 0) this.#file.write(pruned);
      this.#ledger.cut(pruned);
      for (const change of pruned) this.#tell(change);
    } catch (error) {
      throw writeFailure(this.#path, error);
    }
  }

  #tell(change: ObservationChange): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        this.#log.error({ err: describeError(error), table: change.table }, 'observation listener failed');
      }
    }
  }

  #time(): string {
    return this.#now().toISOString();
  }
}

function* pages(file: ObservationsFile, history: HistoryName, upToId: number): Iterable<ObservationChange> {
  let afterId = 0;
  for (;;) {
    const page = file.history(history, afterId, upToId, pageRows);
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    afterId = last.id;
  }
}

function inner<Row>(outer: Map<string, Map<string, Row>>, key: string): Map<string, Row> {
  const known = outer.get(key);
  if (known !== undefined) return known;
  const made = new Map<string, Row>();
  outer.set(key, made);
  return made;
}

function acceptanceKey({ fingerprint, bastion }: { readonly fingerprint: string; readonly bastion: string }): string {
  return `${fingerprint}/${bastion}`;
}
