import { randomUUID } from 'node:crypto';
import type Database from 'better-sqlite3';
import { invariant } from '../errors/index.ts';
import type { Change, TableName } from './change.ts';
import { AuditReader } from './audit-reader.ts';
import { VersionConflict } from './store.ts';
import type { AuditEvent, AuditRow } from './rows.ts';
import type { SqlValue } from './sqlite-columns.ts';
import { sqliteTables, tableNames } from './sqlite-tables.ts';

interface Writer {
  readonly upsert: Database.Statement<SqlValue[]>;
  readonly remove: Database.Statement<SqlValue[]>;
}

/** The catalog's tables in one open SQLite file: every statement that is sent to it is here. */
export class SqliteFile {
  readonly #database: Database.Database;
  readonly #writers: ReadonlyMap<TableName, Writer>;
  readonly #insertDependency: Database.Statement<SqlValue[]>;
  readonly #removeDependencies: Database.Statement<SqlValue[]>;
  readonly #insertAudit: Database.Statement<SqlValue[]>;
  readonly #audit: AuditReader;
  readonly #setVersion: Database.Statement<number[]>;

  constructor(database: Database.Database) {
    this.#database = database;
    this.#writers = new Map(
      tableNames.map((table) => {
        const { upsertSql, deleteSql } = sqliteTables[table];
        return [table, { upsert: database.prepare(upsertSql), remove: database.prepare(deleteSql) }];
      }),
    );
    this.#insertDependency = database.prepare(
      'INSERT INTO item_dependencies (item_id, position, depends_on_id) VALUES (?, ?, ?)',
    );
    this.#removeDependencies = database.prepare('DELETE FROM item_dependencies WHERE item_id = ?');
    this.#insertAudit = database.prepare(
      'INSERT INTO audit_events (occurred_at, event_type, object_kind, details, user, client_address) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#audit = new AuditReader(database);
    this.#setVersion = database.prepare('UPDATE catalog SET version = ? WHERE version = ?');
  }

  /** The catalog's version and environment id, or undefined in a file that was never filled. */
  head(): { readonly version: number; readonly environmentId: string } | undefined {
    return this.#database.prepare('SELECT version, environment_id AS environmentId FROM catalog').get() as
      | { readonly version: number; readonly environmentId: string }
      | undefined;
  }

  /** Fills an empty file: the catalog at version 1 with these rows. */
  fill(changes: readonly Change[]): void {
    this.#database.transaction(() => {
      this.#database
        .prepare('INSERT INTO catalog (one, version, environment_id, created_at) VALUES (1, 1, ?, ?)')
        .run(randomUUID(), new Date().toISOString());
      for (const change of changes) this.#write(change);
    })();
  }

  /** Everything held, as changes to an empty snapshot. */
  *rows(): Iterable<Change> {
    const dependencies = this.#dependencies();
    for (const table of tableNames) {
      const { selectSql, row } = sqliteTables[table];
      for (const record of this.#database.prepare(selectSql).raw().all() as SqlValue[][]) {
        const read = row(record);
        const whole = table === 'items' ? { ...read, dependsOn: dependencies.get(read['id'] as string) ?? [] } : read;
        yield { op: 'put', table, row: whole } as unknown as Change;
      }
    }
  }

  /** One durable transaction. @throws VersionConflict, or SQLite's error: then nothing was written. */
  commit(
    versions: { readonly expected: number; readonly next: number },
    changes: readonly Change[],
    audit: readonly AuditEvent[],
  ): readonly AuditRow[] {
    return this.#database
      .transaction(() => {
        const { changes: moved } = this.#setVersion.run(versions.next, versions.expected);
        if (moved !== 1) throw new VersionConflict(`the catalog file is not at version ${versions.expected}`);
        for (const change of changes) this.#write(change);
        const occurredAt = new Date().toISOString();
        return audit.map((event) => this.#append(event, occurredAt));
      })
      .immediate();
  }

  auditRows(afterId: number, limit: number): readonly AuditRow[] {
    return this.#audit.page({ afterId, limit });
  }

  #write(change: Change): void {
    const writer = this.#writers.get(change.table);
    invariant(writer !== undefined, `no table ${change.table}`);
    const { values, keyParts } = sqliteTables[change.table];
    if (change.op === 'put') {
      writer.upsert.run(...values(change.row as unknown as Record<string, unknown>));
    } else {
      writer.remove.run(...keyParts(change.key));
    }
    if (change.table === 'items') {
      this.#replaceDependencies(
        change.op === 'put' ? change.row.id : change.key,
        change.op === 'put' ? change.row.dependsOn : [],
      );
    }
  }

  #replaceDependencies(itemId: string, dependsOn: readonly string[]): void {
    this.#removeDependencies.run(itemId);
    for (const [position, id] of dependsOn.entries()) this.#insertDependency.run(itemId, position, id);
  }

  #append(event: AuditEvent, occurredAt: string): AuditRow {
    const { eventType, objectKind, details, user, clientAddress } = event;
    const { lastInsertRowid } = this.#insertAudit.run(
      ...[occurredAt, eventType, objectKind, JSON.stringify(details), user, clientAddress],
    );
    return { id: Number(lastInsertRowid), occurredAt, ...event };
  }

  #dependencies(): ReadonlyMap<string, readonly string[]> {
    const found = new Map<string, string[]>();
    const records = this.#database
      .prepare('SELECT item_id, depends_on_id FROM item_dependencies ORDER BY item_id, position')
      .raw()
      .all() as [string, string][];
    for (const [item, dependsOn] of records) {
      const list = found.get(item);
      if (list === undefined) found.set(item, [dependsOn]);
      else list.push(dependsOn);
    }
    return found;
  }
}
