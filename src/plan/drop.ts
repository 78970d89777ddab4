import { type Change, type DatabaseRow, type ItemRow, type SchemaRow, remove } from '../catalog/index.ts';
import { dependentObjects, invariant, notice } from '../errors/index.ts';
import type { Drop } from '../sql/index.ts';
import { doesNotExist } from './clash.ts';
import type { PlanContext } from './context.ts';
import { type AuditDraft, type CatalogEffects, auditOf, removeComments } from './effects.ts';
import { fullName, shortName, writtenName } from './names.ts';
import type { ObjectRef } from './object-ref.ts';
import { findObject, refuseFirstRole, refuseSystemObject, resolveObject } from './resolve-object.ts';
import { planDropRoles } from './drop-role.ts';

export interface DropPlan {
  readonly kind: 'drop';
  readonly tag: string;
  readonly targets: readonly ObjectRef[];
  readonly effects: CatalogEffects;
}

/** Source: Materialize docs, DROP …: RESTRICT by default, but databases cascade. */
export function planDrop(statement: Drop, context: PlanContext): DropPlan {
  const notices = [];
  const targets: ObjectRef[] = [];
  for (const name of statement.names) {
    const found = statement.ifExists
      ? findObject(context, statement.objectKind, name)
      : resolveObject(context, statement.objectKind, name);
    if (found === undefined) {
      notices.push(doesNotExist(statement.objectKind, writtenName(name)));
      continue;
    }
    refuseSystemObject(context, found, name, 'drop');
    if (found.kind === 'role') refuseFirstRole(context, found.row, name.offset0, 'drop');
    if (!targets.some((target) => target.row.id === found.row.id)) targets.push(found);
  }
  const cascade = (statement.behaviour ?? (statement.objectKind === 'database' ? 'cascade' : 'restrict')) === 'cascade';
  const removed = removal(context, targets, cascade);
  return {
    kind: 'drop',
    tag: `DROP ${statement.objectKind.toUpperCase()}`,
    targets,
    effects: { ...removed, notices: [...notices, ...removed.notices] },
  };
}

function removal(context: PlanContext, targets: readonly ObjectRef[], cascade: boolean): CatalogEffects {
  const roles = targets.filter((target) => target.kind === 'role').map((target) => target.row);
  if (roles.length > 0) return planDropRoles(context, roles);
  const databases = targets.filter((target) => target.kind === 'database').map((target) => target.row);
  const schemas = targets.filter((target) => target.kind === 'schema').map((target) => target.row);
  const items = targets.filter((target) => target.kind === 'item').map((target) => target.row);
  return removeObjects(context, { databases, schemas, items }, cascade);
}

/** Removes containers with what they hold, and items with what depends on them, or refuses without CASCADE. */
export function removeObjects(
  context: PlanContext,
  wanted: {
    readonly databases: readonly DatabaseRow[];
    readonly schemas: readonly SchemaRow[];
    readonly items: readonly ItemRow[];
  },
  cascade: boolean,
): CatalogEffects {
  if (!cascade) refuseNonEmpty(context, wanted.databases, wanted.schemas);
  const schemas = [
    ...wanted.schemas,
    ...wanted.databases.flatMap((database) => context.snapshot.schemasOf(database.id)),
  ];
  const named = new Set([...wanted.items, ...schemas.flatMap((schema) => context.snapshot.itemsOf(schema.id))]);
  const closure = withDependants(context, named);
  const others = [...closure].filter((item) => !named.has(item));
  if (!cascade && others.length > 0) throw stillDependedUpon(context, wanted.items, others);

  const cascaded = [...closure].filter((item) => !wanted.items.includes(item));
  const changes: Change[] = [];
  const audit: AuditDraft[] = [];
  // Dependants first, so that no moment of the transaction has a dangling reference.
  for (const item of [...closure].toReversed()) {
    changes.push(...removeItem(context, item));
    audit.push(auditOf(context, 'drop', { kind: 'item', row: item }));
  }
  for (const schema of schemas) {
    changes.push(
      ...removeComments(context, 'schema', schema.id),
      ...removeDefaultPrivileges(context, schema.id),
      remove('schemas', schema),
    );
    audit.push(auditOf(context, 'drop', { kind: 'schema', row: schema }));
  }
  for (const database of wanted.databases) {
    changes.push(
      ...removeComments(context, 'database', database.id),
      ...removeDefaultPrivileges(context, database.id),
      remove('databases', database),
    );
    audit.push(auditOf(context, 'drop', { kind: 'database', row: database }));
  }
  return { changes, audit, notices: cascaded.length === 0 ? [] : [cascadeNotice(context, cascaded)] };
}

/** The items and everything that depends on them, directly or through others; dependants come after what they depend on. */
export function withDependants(context: PlanContext, items: Iterable<ItemRow>): ReadonlySet<ItemRow> {
  const closure = new Set<ItemRow>();
  const visit = (item: ItemRow): void => {
    // Re-adding moves a dependant behind everything that it depends on.
    closure.delete(item);
    closure.add(item);
    for (const dependant of context.snapshot.dependantsOf(item.id)) visit(dependant);
  };
  for (const item of items) visit(item);
  return closure;
}

function removeItem(context: PlanContext, item: ItemRow): Change[] {
  const changes: Change[] = [...removeComments(context, item.kind, item.id)];
  for (const slot of [1, 2] as const) {
    const key = context.snapshot.sshTunnelKey(item.id, slot);
    if (key === undefined) continue;
    changes.push(remove('sshTunnelKeys', key));
    const sealed = context.snapshot.sealed(item.id, `key-${key.fingerprint}`);
    if (sealed !== undefined) changes.push(remove('sealed', sealed));
  }
  const value = context.snapshot.sealed(item.id, 'value');
  if (value !== undefined) changes.push(remove('sealed', value));
  changes.push(remove('items', item));
  return changes;
}

function removeDefaultPrivileges(context: PlanContext, placeId: string): Change[] {
  return [...context.snapshot.tables.defaultPrivileges.values()]
    .filter((row) => row.schemaId === placeId || row.databaseId === placeId)
    .map((row) => remove('defaultPrivileges', row));
}

function refuseNonEmpty(context: PlanContext, databases: readonly DatabaseRow[], schemas: readonly SchemaRow[]): void {
  for (const schema of schemas) {
    const items = context.snapshot.itemsOf(schema.id);
    if (items.length === 0) continue;
    const database = schema.databaseId === null ? undefined : context.snapshot.database(schema.databaseId);
    throw dependentObjects(
      `schema '${database === undefined ? '' : `${database.name}.`}${schema.name}' cannot be dropped without CASCADE while it contains objects`,
      { detail: listOf(context, items), hint: 'Use DROP SCHEMA ... CASCADE to drop the objects too.' },
    );
  }
  for (const database of databases) {
    const held = context.snapshot.schemasOf(database.id);
    if (held.length === 0) continue;
    throw dependentObjects(`database '${database.name}' cannot be dropped with RESTRICT while it contains schemas`, {
      detail: `Schemas: ${held.map((schema) => schema.name).join(', ')}.`,
    });
  }
}

function stillDependedUpon(context: PlanContext, items: readonly ItemRow[], others: readonly ItemRow[]) {
  const [dependant] = others;
  const item = items.find((candidate) => dependant?.dependsOn.includes(candidate.id)) ?? items[0];
  invariant(item !== undefined && dependant !== undefined, 'a dependant depends on something');
  return dependentObjects(
    `cannot drop ${item.kind} "${shortName(context, item)}": still depended upon by ${dependant.kind} "${shortName(context, dependant)}"`,
    { detail: listOf(context, others), hint: 'Use DROP ... CASCADE to drop the dependent objects too.' },
  );
}

function listOf(context: PlanContext, items: readonly ItemRow[]): string {
  const shown = items.slice(0, 100).map((item) => `${item.kind} ${fullName(context, item)}`);
  return [...shown, ...(items.length > shown.length ? [`and ${items.length - shown.length} more`] : [])].join('\n');
}

function cascadeNotice(context: PlanContext, items: readonly ItemRow[]) {
  const [only] = items;
  const message =
    items.length === 1 && only !== undefined
      ? `drop cascades to ${only.kind} ${shortName(context, only)}`
      : `drop cascades to ${items.length} other objects`;
  return notice('successful_completion', message, { detail: listOf(context, items) });
}
