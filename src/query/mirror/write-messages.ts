import type { BaseChange } from './base-changes.ts';
import {
  type BaseTableName,
  baseTableNames,
  deleteStatement,
  forgetStatement,
  kindStatement,
  pruneStatement,
  upsertStatement,
} from './base-tables.ts';
import { bind, execute, parse, textBytes } from './frontend-messages.ts';

/** Messages that write changes and make the engine's own catalogs follow; without the Sync that ends their transaction. */
export function writeMessages(changes: readonly BaseChange[]): readonly Uint8Array[] {
  const tables = baseTableNames.filter((table) => changes.some((change) => change.table === table));
  const followed = syncFunctions(new Set(tables));
  // What follows joins its targets with any of the base tables.
  const opened = followed.length > 0 ? baseTableNames : tables;
  const messages: Uint8Array[] = [...command(kindStatement('r', opened))];
  for (const table of tables) {
    const own = changes.filter((change) => change.table === table);
    const forgotten = own.flatMap((change) => (change.op === 'forget' ? [change.objectId] : []));
    const pruned = own.flatMap((change) => (change.op === 'prune' ? [change.upToId] : []));
    const gone = own.flatMap((change) => (change.op === 'delete' ? [change.key] : []));
    const put = own.flatMap((change) => (change.op === 'put' ? [{ key: change.key, ...change.values }] : []));
    if (forgotten.length > 0) messages.push(...command(forgetStatement(table), forgotten));
    if (pruned.length > 0) messages.push(...command(pruneStatement(table), Math.max(...pruned)));
    if (gone.length > 0) messages.push(...command(deleteStatement(table), gone));
    if (put.length > 0) messages.push(...command(upsertStatement(table), put));
  }
  for (const name of followed) messages.push(...command(`SELECT pg_catalog._mirror_${name}()`));
  messages.push(...command(kindStatement('t', opened)));
  return messages;
}

function command(text: string, parameter?: unknown): readonly Uint8Array[] {
  const values = parameter === undefined ? [] : [textBytes(JSON.stringify(parameter))];
  return [parse('', text, []), bind('', values, [], []), execute()];
}

/** Which parts of the engine's own catalogs depend on what was written. */
function syncFunctions(touched: ReadonlySet<BaseTableName>): readonly string[] {
  const any = (...names: readonly BaseTableName[]): boolean => names.some((name) => touched.has(name));
  return [
    ...(any('roles', 'roleMembers') ? ['sync_roles'] : []),
    ...(any('roles', 'databases', 'schemas') ? ['sync_places'] : []),
    ...(any('comments') ? ['sync_comments'] : []),
  ];
}
