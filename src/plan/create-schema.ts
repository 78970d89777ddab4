import { type DatabaseRow, type SchemaRow, put, schemaId } from '../catalog/index.ts';
import { duplicateObject, syntaxError, undefinedObject } from '../errors/index.ts';
import type { CreateSchema } from '../sql/index.ts';
import { alreadyExists } from './clash.ts';
import type { PlanContext } from './context.ts';
import { type CatalogEffects, allocate, auditOf, initialPrivileges } from './effects.ts';
import { positionOf, writtenName } from './names.ts';
import { type NothingPlan, nothing } from './nothing.ts';
import { refuseReservedSchema } from './resolve-object.ts';

export interface CreateSchemaPlan {
  readonly kind: 'create-schema';
  readonly database: DatabaseRow;
  readonly effects: CatalogEffects;
}

export function planCreateSchema(statement: CreateSchema, context: PlanContext): CreateSchemaPlan | NothingPlan {
  const position1 = positionOf(context, statement.name.offset0);
  const parts = statement.name.parts.map((part) => part.value);
  const name = parts.at(-1) ?? '';
  if (parts.length > 2) {
    throw syntaxError(`schema name '${writtenName(statement.name)}' cannot have more than two components`, {
      position1,
    });
  }
  const databaseName = parts.length === 2 ? (parts[0] ?? '') : context.database;
  const database = context.snapshot.databaseNamed(databaseName);
  if (database === undefined) throw undefinedObject('database', databaseName, { position1 });
  refuseReservedSchema(name, position1);
  if (context.snapshot.schemaNamed(database.id, name) !== undefined) {
    if (statement.ifNotExists) return nothing('CREATE SCHEMA', alreadyExists('schema', name));
    throw duplicateObject('schema', `${database.name}.${name}`, { position1 });
  }
  const allocated = allocate(context, 'schema');
  const row: SchemaRow = {
    id: schemaId(allocated.id),
    oid: allocated.oid,
    databaseId: database.id,
    name,
    ownerId: context.role.id,
    privileges: initialPrivileges(context, 'schema', { databaseId: database.id, schemaId: null }),
  };
  return {
    kind: 'create-schema',
    database,
    effects: {
      changes: [...allocated.changes, put('schemas', row)],
      audit: [auditOf(context, 'create', { kind: 'schema', row })],
      notices: [],
    },
  };
}
