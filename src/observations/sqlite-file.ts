import type Database from 'better-sqlite3';
import { unreachable } from '../errors/index.ts';
import type {
  HistoryChange,
  HistoryName,
  HostKeyObservation,
  KeyAcceptance,
  ObservationChange,
  ValidationObservation,
} from './contract.ts';

type Parameter = string | number | null;

const historyTables: { readonly [History in HistoryName]: string } = {
  validations: 'validations',
  tunnelStatuses: 'tunnel_statuses',
  secretUses: 'secret_uses',
  relays: 'relays',
};

const hostKeyColumns = `tunnel_id AS tunnelId, algorithm, fingerprint, public_key AS publicKey,
  first_seen_at AS firstSeenAt, last_seen_at AS lastSeenAt`;
const acceptanceColumns = `tunnel_id AS tunnelId, fingerprint, bastion, first_accepted_at AS firstAcceptedAt,
  last_accepted_at AS lastAcceptedAt`;

const selectHistory: { readonly [History in HistoryName]: string } = {
  validations: `SELECT id, occurred_at AS occurredAt, connection_id AS connectionId, connection_name AS connectionName, role,
    started_at AS startedAt, result, failing_stage AS failingStage, error, stages FROM validations`,
  tunnelStatuses: `SELECT id, occurred_at AS occurredAt, tunnel_id AS tunnelId, state, error, stage, hint FROM tunnel_statuses`,
  secretUses: `SELECT id, occurred_at AS occurredAt, secret_id AS secretId, connection_id AS connectionId, role FROM secret_uses`,
  relays: `SELECT id, occurred_at AS occurredAt, event, process_id AS processId, connection_id AS connectionId,
    connection_name AS connectionName, role, client_address AS clientAddress, server_process_id AS serverProcessId,
    duration_ms AS durationMs, bytes_from_client AS bytesFromClient, bytes_from_server AS bytesFromServer, reason FROM relays`,
};

/** What a history holds: rows from `firstId` to `lastId`; `lastId` is the last number ever given. */
export interface HistoryBounds {
  readonly firstId: number;
  readonly lastId: number;
}

/** The observations' tables in one open SQLite file: every statement that is sent to it is here. */
export class ObservationsFile {
  readonly #database: Database.Database;
  readonly #prepared = new Map<string, Database.Statement<Parameter[]>>();

  constructor(database: Database.Database) {
    this.#database = database;
  }

  hostKeys(): readonly HostKeyObservation[] {
    return this.#statement(`SELECT ${hostKeyColumns} FROM host_keys`).all() as HostKeyObservation[];
  }

  keyAcceptances(): readonly KeyAcceptance[] {
    return this.#statement(`SELECT ${acceptanceColumns} FROM key_acceptances`).all() as KeyAcceptance[];
  }

  bounds(history: HistoryName): HistoryBounds {
    const table = historyTables[history];
    const last = this.#statement('SELECT seq FROM sqlite_sequence WHERE name = ?').pluck().get(table) as
      | number
      | undefined;
    const first = this.#statement(`SELECT min(id) FROM ${table}`).pluck().get() as number | null;
    return { firstId: first ?? (last ?? 0) + 1, lastId: last ?? 0 };
  }

  /** Rows with `afterId` < id <= `upToId` in order, at most `limit`. */
  history(history: HistoryName, afterId: number, upToId: number, limit: number): readonly HistoryChange[] {
    const sql = `${selectHistory[history]} WHERE id > ? AND id <= ? ORDER BY id LIMIT ?`;
    const records = this.#statement(sql).all(afterId, upToId, limit) as Record<string, unknown>[];
    return records.map((record) => historyChange(history, record));
  }

  /** Validations with a step that revealed addresses, in order. */
  announcingValidations(): readonly Pick<ValidationObservation, 'connectionId' | 'stages'>[] {
    const sql = `SELECT connection_id AS connectionId, stages FROM validations WHERE stages LIKE '%"announced":%' ORDER BY id`;
    const records = this.#statement(sql).all() as { readonly connectionId: string; readonly stages: string }[];
    return records.map(({ connectionId, stages }) => ({
      connectionId,
      stages: JSON.parse(stages) as ValidationObservation['stages'],
    }));
  }

  /** The last id of the rows that are older than `before`, or 0. Rows are in order of time. */
  lastIdBefore(history: HistoryName, before: string): number {
    const sql = `SELECT max(id) FROM (SELECT id, occurred_at FROM ${historyTables[history]} ORDER BY id LIMIT ?)
      WHERE occurred_at < ?`;
    return (this.#statement(sql).pluck().get(pruneBatch, before) as number | null) ?? 0;
  }

  /** All of them in one transaction. */
  write(writes: Iterable<ObservationChange>): void {
    this.#database.transaction(() => {
      for (const write of writes) this.#write(write);
    })();
  }

  #write(write: ObservationChange): void {
    switch (write.table) {
      case 'hostKeys': {
        const { tunnelId, fingerprint, algorithm, publicKey, firstSeenAt, lastSeenAt } = write.row;
        const row = [tunnelId, fingerprint, algorithm, publicKey, firstSeenAt, lastSeenAt];
        this.#statement('INSERT OR REPLACE INTO host_keys VALUES (?, ?, ?, ?, ?, ?)').run(...row);
        return;
      }
      case 'keyAcceptances': {
        const { tunnelId, fingerprint, bastion, firstAcceptedAt, lastAcceptedAt } = write.row;
        const row = [tunnelId, fingerprint, bastion, firstAcceptedAt, lastAcceptedAt];
        this.#statement('INSERT OR REPLACE INTO key_acceptances VALUES (?, ?, ?, ?, ?)').run(...row);
        return;
      }
      case 'forgotten':
        this.#statement('DELETE FROM host_keys WHERE tunnel_id = ?').run(write.objectId);
        if (write.what === 'all') {
          this.#statement('DELETE FROM key_acceptances WHERE tunnel_id = ?').run(write.objectId);
        }
        return;
      case 'pruned':
        this.#statement(`DELETE FROM ${historyTables[write.history]} WHERE id <= ?`).run(write.upToId);
        return;
      case 'validations':
      case 'tunnelStatuses':
      case 'secretUses':
      case 'relays':
        this.#append(write);
        return;
      default:
        unreachable(write);
    }
  }

  #append(write: HistoryChange): void {
    const values = historyValues(write);
    const table = historyTables[write.table];
    this.#statement(`INSERT INTO ${table} VALUES (${values.map(() => '?').join(', ')})`).run(...values);
  }

  #statement(sql: string): Database.Statement<Parameter[]> {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare<Parameter[]>(sql);
    this.#prepared.set(sql, statement);
    return statement;
  }
}

/** More rows than this are not looked at by one pruning. */
const pruneBatch = 10_000;

function historyValues(write: HistoryChange): Parameter[] {
  const head = [write.id, write.occurredAt];
  switch (write.table) {
    case 'validations': {
      const { connectionId, connectionName, role, startedAt, result, failingStage, error, stages } = write.row;
      const row = [connectionId, connectionName, role, startedAt, result, failingStage, error];
      return [...head, ...row, JSON.stringify(stages)];
    }
    case 'tunnelStatuses': {
      const { tunnelId, state, error, stage, hint } = write.row;
      return [...head, tunnelId, state, error, stage, hint];
    }
    case 'secretUses':
      return [...head, write.row.secretId, write.row.connectionId, write.row.role];
    case 'relays': {
      const { event, processId, connectionId, connectionName, role, clientAddress, serverProcessId } = write.row;
      const { durationMs, bytesFromClient, bytesFromServer, reason } = write.row;
      const who = [event, processId, connectionId, connectionName, role, clientAddress, serverProcessId];
      return [...head, ...who, durationMs, bytesFromClient, bytesFromServer, reason];
    }
    default:
      return unreachable(write);
  }
}

function historyChange(history: HistoryName, record: Record<string, unknown>): HistoryChange {
  const { id, occurredAt, ...row } = record;
  const parsed = history === 'validations' ? { ...row, stages: JSON.parse(row['stages'] as string) as unknown } : row;
  return { table: history, id, occurredAt, row: parsed } as unknown as HistoryChange;
}
