import { type Change, type ItemRow, put } from '../catalog/index.ts';
import { duplicateObject } from '../errors/index.ts';
import type { Rename } from '../sql/index.ts';
import { doesNotExist } from './clash.ts';
import type { PlanContext } from './context.ts';
import { type CatalogEffects, auditOf, putItem } from './effects.ts';
import { fullNameParts, positionOf, writtenName } from './names.ts';
import { type NothingPlan, nothing } from './nothing.ts';
import type { ObjectRef } from './object-ref.ts';
import {
  alteredObject,
  refuseFirstRole,
  refuseReservedRole,
  refuseReservedSchema,
  refuseSystemObject,
} from './resolve-object.ts';
import { itemName, mapOptionNames, replacePrefix } from './rewrite-names.ts';
import { parseStored } from './stored.ts';

export interface RenamePlan {
  readonly kind: 'rename';
  readonly tag: string;
  readonly target: ObjectRef;
  readonly effects: CatalogEffects;
}

/** ALTER … RENAME TO: rewrites the stored text of everything that names the object. */
export function planRename(statement: Rename, context: PlanContext): RenamePlan | NothingPlan {
  const tag = `ALTER ${statement.objectKind.toUpperCase()}`;
  const target = alteredObject(context, statement);
  if (target === undefined) return nothing(tag, doesNotExist(statement.objectKind, writtenName(statement.name)));
  refuseSystemObject(context, target, statement.name, 'rename');
  const to = statement.to.value;
  const position1 = positionOf(context, statement.to.offset0);
  if (target.kind === 'role') {
    refuseFirstRole(context, target.row, statement.name.offset0, 'rename');
    refuseReservedRole(to, position1);
  }
  if (target.kind === 'schema') refuseReservedSchema(to, position1);
  refuseClash(context, target, to, position1);
  return {
    kind: 'rename',
    tag,
    target,
    effects: {
      changes: changesOf(context, target, to),
      audit: [auditOf(context, 'alter', target, { rename_to: to })],
      notices: [],
    },
  };
}

function refuseClash(context: PlanContext, target: ObjectRef, to: string, position1: number): void {
  const { snapshot } = context;
  switch (target.kind) {
    case 'item': {
      const existing = snapshot.itemNamed(target.row.schemaId, to);
      if (existing === undefined) return;
      throw duplicateObject(existing.kind, fullNameParts(context, existing).join('.'), { position1 });
    }
    case 'schema':
      if (snapshot.schemaNamed(target.row.databaseId, to) === undefined) return;
      break;
    case 'database':
      if (snapshot.databaseNamed(to) === undefined) return;
      break;
    case 'role':
      if (snapshot.roleNamed(to) === undefined) return;
      break;
  }
  throw duplicateObject(target.kind, to, { position1 });
}

function changesOf(context: PlanContext, target: ObjectRef, to: string): readonly Change[] {
  const { snapshot } = context;
  switch (target.kind) {
    case 'role':
      return [put('roles', { ...target.row, name: to })];
    case 'database': {
      const change = put('databases', { ...target.row, name: to });
      const items = snapshot.schemasOf(target.row.id).flatMap((schema) => snapshot.itemsOf(schema.id));
      return [change, ...rewriteItems(context, items, [target.row.name], [to])];
    }
    case 'schema': {
      const database = target.row.databaseId === null ? undefined : snapshot.database(target.row.databaseId);
      const prefix = database === undefined ? [] : [database.name];
      const change = put('schemas', { ...target.row, name: to });
      return [
        change,
        ...rewriteItems(context, snapshot.itemsOf(target.row.id), [...prefix, target.row.name], [...prefix, to]),
      ];
    }
    case 'item': {
      const before = fullNameParts(context, target.row);
      const after = [...before.slice(0, -1), to];
      return rewriteItems(context, [target.row], before, after, to);
    }
  }
}

/** The items' own texts and those of their dependants, with the names' leading parts replaced. */
function rewriteItems(
  context: PlanContext,
  items: readonly ItemRow[],
  before: readonly string[],
  after: readonly string[],
  newName?: string,
): readonly Change[] {
  const touched = new Set(items);
  for (const item of items) for (const dependant of context.snapshot.dependantsOf(item.id)) touched.add(dependant);
  const rewrite = replacePrefix(before, after);
  return [...touched].map((item) => {
    const name = newName !== undefined && items.includes(item) ? newName : item.name;
    return putItem({ ...item, name, createSql: rewriteText(context, item, rewrite) });
  });
}

function rewriteText(context: PlanContext, item: ItemRow, rewrite: ReturnType<typeof replacePrefix>): string {
  if (item.kind === 'secret') {
    const [only] = context.sql.split(item.createSql);
    const statement = only === undefined ? undefined : context.sql.parse(item.createSql, only);
    return statement?.kind === 'create-secret'
      ? context.sql.print({ ...statement, name: rewrite(itemName(context, item)) }, 'redacted')
      : item.createSql;
  }
  const statement = parseStored(context, item);
  return context.sql.print(
    {
      ...statement,
      name: rewrite(statement.name),
      options: statement.options.map((option) => mapOptionNames(option, rewrite)),
    },
    'canonical',
  );
}
