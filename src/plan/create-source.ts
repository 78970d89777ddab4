import { wrongObjectType } from '../errors/index.ts';
import type { CreateSource } from '../sql/index.ts';
import { clash } from './clash.ts';
import type { PlanContext } from './context.ts';
import { fullName, positionOf, resolveNewItem } from './names.ts';
import { type NothingPlan, nothing } from './nothing.ts';
import { type StoredConnection, resolveConnection, storedConnection } from './stored.ts';

export interface CreateSourcePlan {
  readonly kind: 'create-source';
  /** null for sources that need none. */
  readonly connection: StoredConnection | null;
}

/** Names and kinds are checked as for a source that would be made; carrying it out is refused until sources exist. */
export function planCreateSource(statement: CreateSource, context: PlanContext): CreateSourcePlan | NothingPlan {
  const target = resolveNewItem(context, statement.name);
  const connection = connectionOf(statement, context);
  const exists = clash(context, target, statement.name, statement.ifNotExists);
  return exists === undefined ? { kind: 'create-source', connection } : nothing('CREATE SOURCE', exists);
}

function connectionOf({ from }: CreateSource, context: PlanContext): StoredConnection | null {
  if (from.kind !== 'connection') return null;
  const item = resolveConnection(context, from.connection);
  const connection = storedConnection(context, item);
  if (connection.kind.words.join(' ') !== from.connectionKind) {
    throw wrongObjectType(`${fullName(context, item)} is not a ${from.connectionKind} CONNECTION`, {
      position1: positionOf(context, from.connection.offset0),
      hint: `It is a ${connection.kind.words.join(' ')} connection.`,
    });
  }
  return connection;
}
