import { type Change, type Snapshot, itemId, put, remove } from '../../../src/catalog/index.ts';
import { auditEvent, connectionRow, creation } from '../../support/catalog-rows.ts';

/** The version of a new catalog. */
export const firstVersion = 1;

/** The changes that bring the catalog to `version`: creations, a rename with a comment, a drop. The same for all programs. */
export function operation(version: number): readonly Change[] {
  switch (version % 4) {
    case 3:
      return [
        put('items', connectionRow(version - 1, { name: `renamed ${version}`, facts: { version } })),
        put('comments', { objectKind: 'connection', objectId: `u${version - 1}`, subId: 0, comment: `at ${version}` }),
      ];
    case 0:
      return [
        remove('comments', { objectKind: 'connection', objectId: `u${version - 2}`, subId: 0, comment: '' }),
        remove('sealed', { itemId: itemId(`u${version - 2}`), slot: 'value', sealed: Buffer.of() }),
        remove('items', connectionRow(version - 2)),
      ];
    default:
      return creation(version);
  }
}

export const operationAudit = (version: number) => [auditEvent({ version })];

/** What a catalog holds that was new as `start` and went through every operation up to `version`. */
export function replay(start: Snapshot, version: number): Snapshot {
  const versions = Array.from({ length: version - firstVersion }, (_, index) => firstVersion + 1 + index);
  return start.apply(versions.flatMap(operation), version);
}
