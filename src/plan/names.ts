import type { DatabaseRow, ItemRow, SchemaRow } from '../catalog/index.ts';
import {
  PgError,
  permissionDenied,
  syntaxError,
  toPosition1,
  undefinedItem,
  undefinedObject,
} from '../errors/index.ts';
import { type Name, printName } from '../sql/index.ts';
import type { PlanContext } from './context.ts';

const systemSchemaNames = ['mz_catalog', 'mz_internal', 'pg_catalog', 'information_schema'];

export const positionOf = (context: PlanContext, offset0: number): number => toPosition1(context.source, offset0);

/** As the user wrote it, quoted only inside where dots would confuse: `a.b.c`. */
export const writtenName = (name: Name): string => name.parts.map((part) => part.value).join('.');

/** `database.schema.item` as messages show it, unquoted. */
export function fullName(context: PlanContext, item: ItemRow): string {
  return fullNameParts(context, item).join('.');
}

export function fullNameParts(
  context: PlanContext,
  item: { readonly schemaId: ItemRow['schemaId']; readonly name: string },
): readonly string[] {
  const schema = context.snapshot.schema(item.schemaId);
  const database = schema?.databaseId == null ? undefined : context.snapshot.database(schema.databaseId);
  return [...(database === undefined ? [] : [database.name]), schema?.name ?? '?', item.name];
}

/** As few parts as name the item in this session. */
export function shortName(context: PlanContext, item: ItemRow): string {
  const [database, schema, name] = fullNameParts(context, item) as [string, string, string];
  for (const schemaName of context.searchPath) {
    const candidate = findSchemaInCurrentDatabase(context, schemaName);
    const found = candidate && context.snapshot.itemNamed(candidate.id, item.name);
    if (found?.id === item.id) return name;
    if (found !== undefined) break;
  }
  return database === context.database ? `${schema}.${name}` : `${database}.${schema}.${name}`;
}

export function resolveDatabase(context: PlanContext, name: Name): DatabaseRow {
  const [part, ...rest] = name.parts;
  if (part === undefined || rest.length > 0) {
    throw syntaxError(`database name '${writtenName(name)}' does not have exactly one component`, {
      position1: positionOf(context, name.offset0),
    });
  }
  const row = context.snapshot.databaseNamed(part.value);
  if (row === undefined)
    throw undefinedObject('database', part.value, { position1: positionOf(context, name.offset0) });
  return row;
}

/** `[database.]schema`; one part looks in the current database, then among the system schemas. */
export function resolveSchema(context: PlanContext, name: Name): SchemaRow {
  const position1 = positionOf(context, name.offset0);
  const parts = name.parts.map((part) => part.value);
  if (parts.length > 2) {
    throw syntaxError(`schema name '${writtenName(name)}' cannot have more than two components`, { position1 });
  }
  const schemaName = parts.at(-1) ?? '';
  const row =
    parts.length === 2
      ? findSchema(context, parts[0] ?? '', schemaName, position1)
      : findSchemaInCurrentDatabase(context, schemaName);
  if (row === undefined) throw undefinedObject('schema', writtenName(name), { position1 });
  return row;
}

/** The item of this name, whatever its kind. @throws PgError 42704, 3D000, 3F000 */
export function resolveItem(context: PlanContext, name: Name): ItemRow {
  const item = findItem(context, name);
  if (item === undefined) throw undefinedItem(writtenName(name), { position1: positionOf(context, name.offset0) });
  return item;
}

/** Undefined where the item, its schema or its database does not exist. */
export function findItem(context: PlanContext, name: Name): ItemRow | undefined {
  const parts = name.parts.map((part) => part.value);
  if (name.id !== undefined) return itemById(context, name, parts);
  checkItemParts(context, name);
  const itemName = parts.at(-1) ?? '';
  if (parts.length === 1) {
    for (const schemaName of context.searchPath) {
      const schema = findSchemaInCurrentDatabase(context, schemaName);
      const item = schema && context.snapshot.itemNamed(schema.id, itemName);
      if (item !== undefined) return item;
    }
    return undefined;
  }
  const schema =
    parts.length === 3
      ? schemaOf(context, parts[0] ?? '', parts[1] ?? '')
      : findSchemaInCurrentDatabase(context, parts[0] ?? '');
  return schema && context.snapshot.itemNamed(schema.id, itemName);
}

export interface NewItemName {
  readonly schema: SchemaRow;
  readonly name: string;
}

/** Where an item of this name would be created. @throws PgError 3F000 when no schema of the search path exists. */
export function resolveNewItem(context: PlanContext, name: Name): NewItemName {
  checkItemParts(context, name);
  const schema = schemaForNewItem(context, name);
  if (schema.databaseId === null) {
    throw permissionDenied(`cannot create item in system schema "${schema.name}"`, {
      position1: positionOf(context, name.offset0),
      hint: 'System schemas hold the catalog itself. Create the object in a schema of a database, such as "public".',
    });
  }
  return { schema, name: name.parts.at(-1)?.value ?? '' };
}

/** The first schema of the search path that exists in the current database: where unqualified names are created and SHOW looks. */
export function currentSchema(context: PlanContext): SchemaRow {
  for (const schemaName of context.searchPath) {
    if (systemSchemaNames.includes(schemaName)) continue;
    const schema = findSchemaInCurrentDatabase(context, schemaName);
    if (schema !== undefined) return schema;
  }
  throw new PgError('invalid_schema_name', 'no valid schema selected', {
    hint: 'Use SET schema = name to select a schema. Use SHOW SCHEMAS to list those that exist, SHOW DATABASES and SET database = name for another database.',
  });
}

function schemaForNewItem(context: PlanContext, name: Name): SchemaRow {
  if (name.parts.length === 1) return currentSchema(context);
  return resolveSchema(context, { ...name, parts: name.parts.slice(0, -1) });
}

export function findSchemaInCurrentDatabase(context: PlanContext, schemaName: string): SchemaRow | undefined {
  const database = context.snapshot.databaseNamed(context.database);
  const own = database && context.snapshot.schemaNamed(database.id, schemaName);
  return own ?? context.snapshot.schemaNamed(null, schemaName);
}

function schemaOf(context: PlanContext, databaseName: string, schemaName: string): SchemaRow | undefined {
  const database = context.snapshot.databaseNamed(databaseName);
  return (
    database &&
    (context.snapshot.schemaNamed(database.id, schemaName) ?? context.snapshot.schemaNamed(null, schemaName))
  );
}

function findSchema(
  context: PlanContext,
  databaseName: string,
  schemaName: string,
  position1: number,
): SchemaRow | undefined {
  if (context.snapshot.databaseNamed(databaseName) === undefined) {
    throw undefinedObject('database', databaseName, { position1 });
  }
  return schemaOf(context, databaseName, schemaName);
}

function itemById(context: PlanContext, name: Name, parts: readonly string[]): ItemRow | undefined {
  if (parts.length !== 3) {
    throw syntaxError('table name in square brackets must be fully qualified', {
      position1: positionOf(context, name.offset0),
    });
  }
  return context.snapshot.tables.items.get(name.id ?? '');
}

function checkItemParts(context: PlanContext, name: Name): void {
  if (name.parts.length < 1 || name.parts.length > 3) {
    throw syntaxError(`qualified name did not have between 1 and 3 components: ${printName(name)}`, {
      position1: positionOf(context, name.offset0),
    });
  }
}
