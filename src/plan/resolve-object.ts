import { type RoleRow, materializeRoleId } from '../catalog/index.ts';
import { PgError, notSupported, permissionDenied, undefinedObject, wrongObjectType } from '../errors/index.ts';
import type { Ident, Name, ObjectKind } from '../sql/index.ts';
import type { PlanContext } from './context.ts';
import {
  findItem,
  findSchemaInCurrentDatabase,
  fullName,
  positionOf,
  resolveDatabase,
  resolveItem,
  resolveSchema,
  shortName,
} from './names.ts';
import type { ObjectRef } from './object-ref.ts';

const itemKinds: readonly ObjectKind[] = [
  'connection',
  'secret',
  'source',
  'table',
  'view',
  'materialized view',
  'sink',
  'index',
  'type',
];

/** The object of this kind and name. @throws PgError 42704, 42809 when it is of another kind */
export function resolveObject(context: PlanContext, kind: ObjectKind, name: Name): ObjectRef {
  switch (kind) {
    case 'database':
      return { kind: 'database', row: resolveDatabase(context, name) };
    case 'schema':
      return { kind: 'schema', row: resolveSchema(context, name) };
    case 'role':
      return { kind: 'role', row: resolveRole(context, name.parts[0] ?? { value: '', offset0: name.offset0 }) };
    case 'cluster':
      throw notSupported('clusters cannot be changed', {
        position1: positionOf(context, name.offset0),
        hint: 'There is one cluster, "quickstart", for tools that ask. Connections do not run on clusters.',
      });
    case 'connection':
    case 'secret':
    case 'source':
    case 'table':
    case 'view':
    case 'materialized view':
    case 'sink':
    case 'index':
    case 'type':
      return resolveItemOfKind(context, kind, name);
  }
}

/** Undefined instead of an error where it does not exist, for IF EXISTS. Another kind is an error all the same. */
export function findObject(context: PlanContext, kind: ObjectKind, name: Name): ObjectRef | undefined {
  return exists(context, kind, name) ? resolveObject(context, kind, name) : undefined;
}

/** What an ALTER is about; undefined where it does not exist and IF EXISTS says that it need not. */
export const alteredObject = (
  context: PlanContext,
  statement: { readonly ifExists: boolean; readonly objectKind: ObjectKind; readonly name: Name },
): ObjectRef | undefined =>
  (statement.ifExists ? findObject : resolveObject)(context, statement.objectKind, statement.name);

/** @throws PgError 42704; 42939 for `public`, `none` and the system's own roles, which no statement may use or change */
export function resolveRole(context: PlanContext, ident: Ident): RoleRow {
  const position1 = positionOf(context, ident.offset0);
  refuseReservedRole(ident.value, position1);
  const row = context.snapshot.roleNamed(ident.value);
  if (row === undefined) throw undefinedObject('role', ident.value, { position1 });
  return row;
}

/** @throws PgError 42939 for a name that no role of a user may have */
export function refuseReservedRole(name: string, position1: number): void {
  const reserved = name === 'public' || name === 'none' || name.startsWith('mz_') || name.startsWith('pg_');
  if (reserved) throw new PgError('reserved_name', `role name "${name}" is reserved`, { position1 });
}

/** @throws PgError 42939 for a name that no schema of a user may have */
export function refuseReservedSchema(name: string, position1: number): void {
  if (!name.startsWith('mz_') && !name.startsWith('pg_')) return;
  throw new PgError('reserved_name', `unacceptable schema name '${name}'`, {
    position1,
    detail: 'The prefixes "mz_" and "pg_" are reserved for system schemas.',
  });
}

function exists(context: PlanContext, kind: ObjectKind, name: Name): boolean {
  const parts = name.parts.map((part) => part.value);
  const last = parts.at(-1) ?? '';
  if (itemKinds.includes(kind)) return findItem(context, name) !== undefined;
  if (kind === 'database') return context.snapshot.databaseNamed(last) !== undefined || parts.length > 1;
  if (kind === 'role') return context.snapshot.roleNamed(last) !== undefined;
  if (kind === 'schema') {
    if (parts.length > 2) return true;
    if (parts.length === 1) return findSchemaInCurrentDatabase(context, last) !== undefined;
    const database = context.snapshot.databaseNamed(parts[0] ?? '');
    return database !== undefined && context.snapshot.schemaNamed(database.id, last) !== undefined;
  }
  return true;
}

function resolveItemOfKind(context: PlanContext, kind: ObjectKind, name: Name): ObjectRef {
  const row = resolveItem(context, name);
  if (row.kind !== kind) {
    throw wrongObjectType(`${shortName(context, row)} is a ${row.kind} not ${withArticle(kind)}`, {
      position1: positionOf(context, name.offset0),
      hint: `Its full name is ${fullName(context, row)}; write ${row.kind.toUpperCase()} for it.`,
    });
  }
  return { kind: 'item', row };
}

export const withArticle = (kind: string): string => `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`;

/** System objects belong to nobody's statement. */
export function refuseSystemObject(
  context: PlanContext,
  ref: ObjectRef,
  name: { readonly offset0: number },
  verb: string,
): void {
  const isSystem = ref.row.id.startsWith('s');
  if (!isSystem) return;
  throw permissionDenied(
    `cannot ${verb} ${ref.kind === 'item' ? ref.row.kind : ref.kind} ${ref.row.name} because it is required by the database system`,
    {
      position1: positionOf(context, name.offset0),
    },
  );
}

/** The first superuser is the one as whom the owner of the data directory comes in: it stays what it is. */
export function refuseFirstRole(context: PlanContext, role: RoleRow, offset0: number, verb: string): void {
  if (role.id !== materializeRoleId) return;
  throw permissionDenied(`cannot ${verb} role "${role.name}" because it is required by the database system`, {
    position1: positionOf(context, offset0),
  });
}
