import type { ItemRow } from '../catalog/index.ts';
import { type PgNotice, duplicateObject, notice } from '../errors/index.ts';
import type { Name } from '../sql/index.ts';
import type { PlanContext } from './context.ts';
import { type NewItemName, fullName, positionOf } from './names.ts';

/**
 * The item that already has this name in this schema, whatever its kind, as the NOTICE of IF NOT EXISTS.
 * Undefined when the name is free. @throws PgError 42710 without IF NOT EXISTS
 */
export function clash(
  context: PlanContext,
  target: NewItemName,
  written: Name,
  ifNotExists: boolean,
): PgNotice | undefined {
  const existing = context.snapshot.itemNamed(target.schema.id, target.name);
  if (existing === undefined) return undefined;
  if (ifNotExists) return alreadyExists(existing.kind, existing.name);
  throw duplicate(context, existing, written);
}

export const alreadyExists = (kind: string, name: string): PgNotice =>
  notice(
    kind === 'database' ? 'duplicate_database' : kind === 'schema' ? 'duplicate_schema' : 'duplicate_object',
    `${kind} "${name}" already exists, skipping`,
  );

export const doesNotExist = (kind: string, name: string): PgNotice =>
  notice('undefined_object', `${kind} "${name}" does not exist, skipping`);

function duplicate(context: PlanContext, existing: ItemRow, written: Name) {
  return duplicateObject(existing.kind, fullName(context, existing), {
    position1: positionOf(context, written.offset0),
    hint: 'Connections, secrets, sources and tables of one schema share their names. Choose another name or DROP the existing object.',
  });
}
