import type { ItemRow } from '../catalog/index.ts';
import { type ConnectionKind, planOptions } from '../connections/index.ts';
import { PgError, invariant, nearest, notInState, undefinedItem, wrongObjectType } from '../errors/index.ts';
import type { ConnectionOption, CreateConnection, Name } from '../sql/index.ts';
import type { PlanContext } from './context.ts';
import { findItem, fullName, positionOf, writtenName } from './names.ts';

/** A connection as its stored definition plans it. */
export interface StoredConnection {
  readonly item: ItemRow;
  readonly statement: CreateConnection;
  readonly kind: ConnectionKind;
  readonly details: unknown;
}

const plannedItems = new WeakMap<ItemRow, StoredConnection>();

/** The connection of an item, planned from its stored text once per row. @throws PgError 55000 for an item that was set aside. */
export function storedConnection(context: PlanContext, item: ItemRow): StoredConnection {
  const reason = context.setAside.get(item.id);
  if (reason !== undefined) {
    throw notInState(
      `${item.kind} "${fullName(context, item)}" cannot be used: its stored definition could not be read`,
      {
        detail: reason,
        hint: 'DROP it and create it again. Everything else works.',
      },
    );
  }
  const known = plannedItems.get(item);
  if (known !== undefined) return known;
  const fresh = planStored(context, item);
  plannedItems.set(item, fresh);
  return fresh;
}

/** Plans the stored text anew. @throws PgError when it no longer parses, prints back or plans. */
export function planStored(context: PlanContext, item: ItemRow): StoredConnection {
  const statement = parseStored(context, item);
  const kind = context.kinds.kindByType(item.type ?? '');
  invariant(kind !== undefined, `no connection kind ${item.type}`);
  const own: PlanContext = { ...context, source: item.createSql };
  const options = plannedOptions(own, kind, statement.options);
  return { item, statement, kind, details: kind.plan(options.planned, namesFor(own, item.id)) };
}

export function parseStored(context: PlanContext, item: ItemRow): CreateConnection {
  const [only, ...rest] = context.sql.split(item.createSql);
  invariant(only !== undefined && rest.length === 0, `stored text of ${item.id} is not one statement`);
  const statement = context.sql.parse(item.createSql, only);
  if (statement.kind !== 'create-connection') {
    throw new PgError('data_corrupted', `stored text of ${item.id} is a ${statement.kind} statement`);
  }
  return statement;
}

/** Options converted by the kind's table; `dependsOn` holds what they name, in order of first mention, `mentionedAt` where. */
export function plannedOptions(
  context: PlanContext,
  kind: ConnectionKind,
  options: readonly ConnectionOption[],
  listOffset0 = 0,
) {
  const dependsOn: ItemRow[] = [];
  const positions = new Map<string, number | undefined>();
  const note = (item: ItemRow, name: Name): string => {
    if (!positions.has(item.id)) dependsOn.push(item);
    positions.set(item.id, positions.get(item.id) ?? positionOf(context, name.offset0));
    return item.id;
  };
  const planned = planOptions({
    kind,
    options,
    listPosition1: positionOf(context, listOffset0),
    position1: (offset0) => positionOf(context, offset0),
    resolve: {
      secret: (name: Name) => note(resolveSecret(context, name), name),
      connection: (name: Name) => note(resolveConnection(context, name), name),
    },
  });
  return { planned, dependsOn, mentionedAt: (id: string) => positions.get(id) };
}

export function namesFor(context: PlanContext, ownId: string) {
  return {
    fullName: (id: string): string => {
      const item = context.snapshot.tables.items.get(id);
      return item === undefined ? id : fullName(context, item);
    },
    connectionType: (id: string): string | undefined => {
      const item = context.snapshot.tables.items.get(id);
      return item?.kind === 'connection' ? (item.type ?? undefined) : undefined;
    },
    environmentId: context.environmentId,
    ownId,
  };
}

export function resolveSecret(context: PlanContext, name: Name): ItemRow {
  const item = findItem(context, name);
  if (item === undefined) {
    throw undefinedItem(writtenName(name), {
      position1: positionOf(context, name.offset0),
      hint: `${meant(context, name, 'secret')}SHOW SECRETS lists the secrets; CREATE SECRET makes one.`,
    });
  }
  if (item.kind !== 'secret') {
    throw wrongObjectType(`${fullName(context, item)} is not a secret`, {
      position1: positionOf(context, name.offset0),
      hint: `It is a ${item.kind}. SHOW SECRETS lists the secrets; CREATE SECRET makes one.`,
    });
  }
  return item;
}

const connectionsHint = 'SHOW CONNECTIONS lists the connections of the current schema.';

/** A connection by name, whatever its type. */
export function resolveConnection(context: PlanContext, name: Name): ItemRow {
  const item = findItem(context, name);
  if (item === undefined) {
    throw undefinedItem(writtenName(name), {
      position1: positionOf(context, name.offset0),
      hint: `${meant(context, name, 'connection')}${connectionsHint}`,
    });
  }
  if (item.kind !== 'connection') {
    throw wrongObjectType(`${fullName(context, item)} is a ${item.kind} not a connection`, {
      position1: positionOf(context, name.offset0),
      hint: connectionsHint,
    });
  }
  return item;
}

/** `Did you mean "x"? ` of the objects of this kind where the name was looked for, or nothing. */
function meant(context: PlanContext, name: Name, kind: ItemRow['kind']): string {
  const places = name.parts.length === 1 ? context.searchPath.map((schema) => [schema]) : [qualifiers(name)];
  const candidates = places
    .flatMap((place) => itemsIn(context, place))
    .filter((item) => item.kind === kind)
    .map((item) => item.name);
  const near = nearest(name.parts.at(-1)?.value ?? '', candidates);
  return near === undefined ? '' : `Did you mean "${near}"? `;
}

const qualifiers = (name: Name): readonly string[] => name.parts.slice(0, -1).map((part) => part.value);

function itemsIn(context: PlanContext, place: readonly string[]): readonly ItemRow[] {
  const schemaName = place.at(-1) ?? '';
  const database = context.snapshot.databaseNamed(place.length === 2 ? (place[0] ?? '') : context.database);
  const schema = database && context.snapshot.schemaNamed(database.id, schemaName);
  return schema === undefined ? [] : [...context.snapshot.itemsOf(schema.id)];
}
