import { type DatabaseRow, type SchemaRow, databaseId, put, schemaId } from '../catalog/index.ts';
import { duplicateObject, syntaxError } from '../errors/index.ts';
import type { CreateDatabase } from '../sql/index.ts';
import { alreadyExists } from './clash.ts';
import type { PlanContext } from './context.ts';
import { type CatalogEffects, allocate, auditDraft, auditOf, initialPrivileges } from './effects.ts';
import { positionOf, writtenName } from './names.ts';
import { type NothingPlan, nothing } from './nothing.ts';

export interface CreateDatabasePlan {
  readonly kind: 'create-database';
  readonly effects: CatalogEffects;
}

/** A database and its schema `public`. */
export function planCreateDatabase(statement: CreateDatabase, context: PlanContext): CreateDatabasePlan | NothingPlan {
  const position1 = positionOf(context, statement.name.offset0);
  const [part, ...rest] = statement.name.parts;
  if (part === undefined || rest.length > 0) {
    throw syntaxError(`database name '${writtenName(statement.name)}' does not have exactly one component`, {
      position1,
    });
  }
  if (context.snapshot.databaseNamed(part.value) !== undefined) {
    if (statement.ifNotExists) return nothing('CREATE DATABASE', alreadyExists('database', part.value));
    throw duplicateObject('database', part.value, { position1 });
  }
  const allocated = allocate(context, 'database');
  const database: DatabaseRow = {
    id: databaseId(allocated.id),
    oid: allocated.oid,
    name: part.value,
    ownerId: context.role.id,
    privileges: initialPrivileges(context, 'database', { databaseId: null, schemaId: null }),
  };
  const schemaNumber = context.snapshot.next('schema');
  const schema: SchemaRow = {
    id: schemaId(`u${schemaNumber}`),
    oid: allocated.oid + 1,
    databaseId: database.id,
    name: 'public',
    ownerId: context.role.id,
    privileges: initialPrivileges(context, 'schema', { databaseId: database.id, schemaId: null }),
  };
  return {
    kind: 'create-database',
    effects: {
      changes: [
        ...allocated.changes,
        put('counters', { name: 'schema', next: schemaNumber + 1 }),
        put('counters', { name: 'oid', next: allocated.oid + 2 }),
        put('databases', database),
        put('schemas', schema),
      ],
      audit: [
        auditOf(context, 'create', { kind: 'database', row: database }),
        auditDraft(context, 'create', 'schema', { id: schema.id, database: database.name, schema: schema.name }),
      ],
      notices: [],
    },
  };
}
