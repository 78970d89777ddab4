import type Database from 'better-sqlite3';
import { checkedFormat, databaseFormats, openDatabaseToRead, pathIn, refusedFile } from '../storage/index.ts';
import type { AuditRow } from './rows.ts';

type AuditRecord = Omit<AuditRow, 'details'> & { readonly details: string };

const selectPage = `SELECT id, occurred_at AS occurredAt, event_type AS eventType, object_kind AS objectKind, details, user,
    client_address AS clientAddress
  FROM audit_events WHERE id > ? AND occurred_at >= ? ORDER BY id LIMIT ?`;

const pageRows = 1_000;

/** Reads the audit of an open catalog file. */
export class AuditReader {
  readonly #select: Database.Statement<[number, string, number], AuditRecord>;

  constructor(database: Database.Database) {
    this.#select = database.prepare(selectPage);
  }

  /** Rows with id > `afterId`, not older than `since` (ISO 8601 in UTC), in order, at most `limit`. */
  page({ afterId, since = '', limit }: { readonly afterId: number; readonly since?: string; readonly limit: number }) {
    return this.#select
      .all(afterId, since, limit)
      .map((record): AuditRow => ({ ...record, details: JSON.parse(record.details) as Record<string, unknown> }));
  }
}

/**
 * The audit of a data directory from a time on, in order; a server may run there meanwhile.
 * @throws StartRefused when there is no catalog or it cannot be read.
 */
export function* auditSince({
  directory,
  since,
}: {
  readonly directory: string;
  readonly since: Date;
}): Iterable<AuditRow> {
  const path = pathIn(directory, 'catalog');
  const database = openDatabaseToRead(path);
  try {
    checkedFormat(database, path, databaseFormats.catalog);
    const reader = new AuditReader(database);
    let afterId = 0;
    for (;;) {
      const page = reader.page({ afterId, since: since.toISOString(), limit: pageRows });
      yield* page;
      const last = page.at(-1);
      if (last === undefined) return;
      afterId = last.id;
    }
  } catch (error) {
    throw refusedFile(path, error);
  } finally {
    database.close();
  }
}
