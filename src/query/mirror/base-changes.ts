import { type AuditRow, type Change, type Snapshot, type TableName, keyOf } from '../../catalog/index.ts';
import type { ObservationChange } from '../../observations/index.ts';
import { type BaseTableName, type MirroredTables, catalogTables, valuesOf } from './base-tables.ts';

/** What happens to a base table of a mirror. Values are plain JSON by column. */
export type BaseChange =
  | { readonly op: 'put'; readonly table: BaseTableName; readonly key: string; readonly values: Values }
  | { readonly op: 'delete'; readonly table: BaseTableName; readonly key: string }
  /** All rows of an object go. */
  | { readonly op: 'forget'; readonly table: BaseTableName; readonly objectId: string }
  /** All rows up to an id go. */
  | { readonly op: 'prune'; readonly table: BaseTableName; readonly upToId: number };

type Values = Readonly<Record<string, unknown>>;

const isMirrored = (name: TableName): name is keyof MirroredTables => name in catalogTables;

/** null for tables that no mirror holds. */
export function ofCatalog(change: Change): BaseChange | null {
  const { table } = change;
  if (!isMirrored(table)) return null;
  if (change.op === 'delete') return { op: 'delete', table, key: change.key };
  const key = (keyOf[table] as (row: unknown) => string)(change.row);
  return { op: 'put', table, key, values: valuesOf(table, change.row) };
}

export const ofAudit = (row: AuditRow): BaseChange => ({
  op: 'put',
  table: 'auditEvents',
  key: String(row.id),
  values: valuesOf('auditEvents', row),
});

export function ofObservation(change: ObservationChange): readonly BaseChange[] {
  switch (change.table) {
    case 'hostKeys': {
      const key = `${change.row.tunnelId}/${change.row.fingerprint}`;
      return [{ op: 'put', table: 'hostKeys', key, values: valuesOf('hostKeys', change.row) }];
    }
    case 'keyAcceptances': {
      const key = `${change.row.tunnelId}/${change.row.fingerprint}/${change.row.bastion}`;
      return [{ op: 'put', table: 'keyAcceptances', key, values: valuesOf('keyAcceptances', change.row) }];
    }
    case 'validations':
    case 'tunnelStatuses':
    case 'secretUses':
    case 'relays':
      return [{ op: 'put', table: change.table, key: String(change.id), values: valuesOf(change.table, change) }];
    case 'forgotten': {
      const tables: readonly BaseTableName[] = change.what === 'all' ? ['hostKeys', 'keyAcceptances'] : ['hostKeys'];
      return tables.map((table) => ({ op: 'forget', table, objectId: change.objectId }));
    }
    case 'pruned':
      return [{ op: 'prune', table: change.history, upToId: change.upToId }];
  }
}

/** The whole catalog, for a mirror that starts. */
export function* ofSnapshot(snapshot: Snapshot): Generator<BaseChange> {
  for (const table of Object.keys(catalogTables) as (keyof MirroredTables)[]) {
    for (const [key, row] of snapshot.tables[table]) yield { op: 'put', table, key, values: valuesOf(table, row) };
  }
}

/**
 * Changes in the order in which they came, each row's last one only. Sweeps (forget, prune) may be applied before all
 * others: what came before them and is swept is left out.
 */
export class PendingChanges {
  readonly #changes = new Map<string, BaseChange>();

  get size(): number {
    return this.#changes.size;
  }

  add(change: BaseChange): void {
    if (change.op === 'forget' || change.op === 'prune') {
      for (const [name, earlier] of this.#changes) if (sweeps(change, earlier)) this.#changes.delete(name);
    }
    this.#changes.set(nameOf(change), change);
  }

  take(): readonly BaseChange[] {
    const changes = [...this.#changes.values()];
    this.#changes.clear();
    return changes;
  }
}

function sweeps(sweep: BaseChange, earlier: BaseChange): boolean {
  if (earlier.op !== 'put' || earlier.table !== sweep.table) return false;
  if (sweep.op === 'forget') return earlier.values['object_id'] === sweep.objectId;
  return sweep.op === 'prune' && Number(earlier.key) <= sweep.upToId;
}

function nameOf(change: BaseChange): string {
  switch (change.op) {
    case 'put':
    case 'delete':
      return `${change.table}/${change.key}`;
    case 'forget':
      return `forget/${change.table}/${change.objectId}`;
    case 'prune':
      return `prune/${change.table}`;
  }
}
