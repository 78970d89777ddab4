import { type ItemRow, itemId } from '../catalog/index.ts';
import type { ConnectionKind } from '../connections/index.ts';
import { notSupported } from '../errors/index.ts';
import type { CreateConnection } from '../sql/index.ts';
import { clash } from './clash.ts';
import type { PlanContext } from './context.ts';
import { checkDependencies } from './dependency-check.ts';
import { type CatalogEffects, allocate, auditOf, initialPrivileges, putItem } from './effects.ts';
import { positionOf, resolveNewItem } from './names.ts';
import { type NothingPlan, nothing } from './nothing.ts';
import { itemName, storedForm } from './rewrite-names.ts';
import { namesFor, plannedOptions } from './stored.ts';
import { booleanOptions } from './with-options.ts';

export interface CreateConnectionPlan {
  readonly kind: 'create-connection';
  readonly item: ItemRow;
  readonly connectionKind: ConnectionKind;
  readonly details: unknown;
  readonly validate: boolean;
  /** The connection and its counters; keys of a tunnel are added when they are made. */
  readonly effects: CatalogEffects;
}

const tag = 'CREATE CONNECTION';

/** Source: Materialize docs, CREATE CONNECTION; everything is planned even when IF NOT EXISTS comes true. */
export function planCreateConnection(
  statement: CreateConnection,
  context: PlanContext,
): CreateConnectionPlan | NothingPlan {
  const kind = openableKind(statement, context);
  const target = resolveNewItem(context, statement.name);
  const allocated = allocate(context, 'item');
  const { planned, dependsOn, mentionedAt } = plannedOptions(
    context,
    kind,
    statement.options,
    statement.connectionKindOffset0,
  );
  const details = kind.plan(planned, namesFor(context, allocated.id));
  const { VALIDATE: validate } = booleanOptions(context, statement.with, ['VALIDATE']);

  const exists = clash(context, target, statement.name, statement.ifNotExists);
  if (exists !== undefined) return nothing(tag, exists);

  const stored = storedForm(
    context,
    kind,
    statement,
    itemName(context, { schemaId: target.schema.id, name: target.name }),
  );
  const item: ItemRow = {
    id: itemId(allocated.id),
    oid: allocated.oid,
    schemaId: target.schema.id,
    name: target.name,
    kind: 'connection',
    type: kind.type,
    ownerId: context.role.id,
    privileges: initialPrivileges(context, 'connection', {
      databaseId: target.schema.databaseId,
      schemaId: target.schema.id,
    }),
    createSql: context.sql.print(stored, 'canonical'),
    dependsOn: dependsOn.map((dependency) => dependency.id),
    facts: kind.facts(details),
  };
  checkDependencies(context, item, mentionedAt);
  return {
    kind: 'create-connection',
    item,
    connectionKind: kind,
    details,
    validate: validate ?? kind.validatesByDefault,
    effects: {
      changes: [...allocated.changes, putItem(item)],
      audit: [auditOf(context, 'create', { kind: 'item', row: item })],
      notices: kind.notices?.(details) ?? [],
    },
  };
}

function openableKind(statement: CreateConnection, context: PlanContext): ConnectionKind {
  const kind = context.kinds.kindByWords(statement.connectionKind);
  if (kind === undefined || 'refused' in kind) {
    throw notSupported(`${statement.connectionKind} connections are not supported`, {
      position1: positionOf(context, statement.connectionKindOffset0),
      hint: [kind?.hint, `Supported kinds of connection: ${context.kinds.supportedWords.join(', ')}.`]
        .filter(Boolean)
        .join(' '),
    });
  }
  return kind;
}
