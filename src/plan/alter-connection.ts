import type { ItemRow } from '../catalog/index.ts';
import type { ConnectionKind } from '../connections/index.ts';
import { PgError, type SqlStateName, notInState, sqlStates, syntaxError, wrongObjectType } from '../errors/index.ts';
import type { AlterConnection, AlterConnectionAction, ConnectionOption } from '../sql/index.ts';
import { doesNotExist } from './clash.ts';
import type { PlanContext } from './context.ts';
import { checkDependencies } from './dependency-check.ts';
import { type CatalogEffects, auditOf, putItem } from './effects.ts';
import { findItem, fullName, positionOf, shortName, writtenName } from './names.ts';
import { type NothingPlan, nothing } from './nothing.ts';
import { itemName, storedForm } from './rewrite-names.ts';
import { type StoredConnection, namesFor, plannedOptions, resolveConnection, storedConnection } from './stored.ts';
import { booleanOptions } from './with-options.ts';

export interface AlterConnectionPlan {
  readonly kind: 'alter-connection';
  readonly before: StoredConnection;
  readonly after: StoredConnection;
  readonly validate: boolean;
  /** What was learned of the other side no longer holds. */
  readonly forgetsObserved: boolean;
  readonly effects: CatalogEffects;
}

export interface RotateKeysPlan {
  readonly kind: 'rotate-keys';
  readonly connection: StoredConnection;
  readonly force: boolean;
  readonly effects: CatalogEffects;
}

const tag = 'ALTER CONNECTION';
/** Options of which a connection may have one only: setting or dropping one drops the others first. */
const exclusive = ['BROKER', 'BROKERS', 'AWS PRIVATELINK'];

/** Source: Materialize docs, ALTER CONNECTION. All actions apply together or not at all; their order does not matter. */
export function planAlterConnection(
  statement: AlterConnection,
  context: PlanContext,
): AlterConnectionPlan | RotateKeysPlan | NothingPlan {
  if (statement.ifExists && findItem(context, statement.name) === undefined) {
    return nothing(tag, doesNotExist('connection', writtenName(statement.name)));
  }
  const before = storedConnection(context, resolveConnection(context, statement.name));
  const rotation = statement.actions.find((action) => action.kind === 'rotate-keys');
  if (rotation !== undefined) return planRotateKeys(statement, context, before, rotation.offset0);
  return planChange(statement, context, before);
}

function planRotateKeys(
  statement: AlterConnection,
  context: PlanContext,
  connection: StoredConnection,
  offset0: number,
): RotateKeysPlan {
  const position1 = positionOf(context, offset0);
  if (statement.actions.length > 1) {
    throw syntaxError('cannot specify any other actions alongside ALTER CONNECTION...ROTATE KEYS', { position1 });
  }
  const unknown = statement.with.find((option) => option.name.toUpperCase() !== 'FORCE');
  if (unknown !== undefined) {
    throw syntaxError(`ALTER CONNECTION...ROTATE KEYS does not support WITH (${unknown.name})`, {
      position1: positionOf(context, unknown.offset0),
      hint: 'WITH (FORCE) rotates although the bastion was not seen to accept the second key.',
    });
  }
  if (connection.kind.ownsKeyPairs !== true) {
    throw wrongObjectType(`${fullName(context, connection.item)} is not an SSH connection`, { position1 });
  }
  const { FORCE: force } = booleanOptions(context, statement.with, ['FORCE']);
  return {
    kind: 'rotate-keys',
    connection,
    force: force ?? false,
    effects: { changes: [], audit: [auditOf(context, 'rotate', { kind: 'item', row: connection.item })], notices: [] },
  };
}

function planChange(statement: AlterConnection, context: PlanContext, before: StoredConnection): AlterConnectionPlan {
  const sets = statement.actions.filter((action) => action.kind === 'set');
  const drops = statement.actions.filter((action) => action.kind === 'drop');
  checkActions(context, before, sets, drops);
  const options = changedOptions(before.statement.options, sets, drops);
  const { VALIDATE: validate } = booleanOptions(context, statement.with, ['VALIDATE']);
  const after = replan(
    context,
    before,
    options,
    sets.map((action) => action.option.offset0),
  );
  refuseWhileDependedUpon(context, before, after, statement.actions);
  return {
    kind: 'alter-connection',
    before,
    after,
    validate: validate ?? before.kind.validatesByDefault,
    forgetsObserved:
      before.kind.forgetsObserved?.(
        before.details,
        after.details,
        drops.map((action) => action.option),
      ) ?? false,
    effects: {
      changes: [putItem(after.item)],
      audit: [
        auditOf(context, 'alter', { kind: 'item', row: before.item }, { options: actionNames(statement.actions) }),
      ],
      notices: before.kind.notices?.(after.details) ?? [],
    },
  };
}

type SetAction = Extract<AlterConnectionAction, { kind: 'set' }>;
type DropAction = Extract<AlterConnectionAction, { kind: 'drop' }>;

function checkActions(
  context: PlanContext,
  before: StoredConnection,
  sets: readonly SetAction[],
  drops: readonly DropAction[],
): void {
  const type = before.kind.words.join(' ');
  for (const action of [...sets, ...drops]) {
    const name = action.kind === 'set' ? action.option.name : action.option;
    if (before.kind.options[name]?.alterable === false) {
      throw wrongObjectType(`cannot ALTER ${type} option ${name}`, { position1: positionOf(context, action.offset0) });
    }
  }
  // Converts the values of the SET clauses and refuses options of other kinds and those set twice.
  plannedOptions(
    context,
    before.kind,
    sets.map((action) => action.option),
    sets[0]?.offset0 ?? 0,
  );
  for (const drop of drops) {
    const both = sets.find((set) => set.option.name === drop.option);
    if (both !== undefined) {
      throw syntaxError(`cannot both SET and DROP/RESET options ${drop.option}`, {
        position1: positionOf(context, drop.offset0),
      });
    }
  }
}

function changedOptions(
  options: readonly ConnectionOption[],
  sets: readonly SetAction[],
  drops: readonly DropAction[],
): readonly ConnectionOption[] {
  const gone = new Set(drops.map((action) => action.option));
  const setNames = sets.map((action) => action.option.name);
  if (setNames.some((name) => exclusive.includes(name))) for (const name of exclusive) gone.add(name);
  for (const name of setNames) gone.delete(name);
  const kept = options
    .filter((option) => !gone.has(option.name))
    .map((option) => sets.find((action) => action.option.name === option.name)?.option ?? option);
  const added = sets.map((action) => action.option).filter((option) => !kept.includes(option));
  return [...kept, ...added];
}

function replan(
  context: PlanContext,
  before: StoredConnection,
  options: readonly ConnectionOption[],
  newOffsets: readonly number[],
): StoredConnection {
  const kind: ConnectionKind = before.kind;
  try {
    const { planned, dependsOn, mentionedAt } = plannedOptions(context, kind, options, newOffsets[0] ?? 0);
    const details = kind.plan(planned, namesFor(context, before.item.id));
    const stored = storedForm(context, kind, { ...before.statement, options }, itemName(context, before.item));
    const item: ItemRow = {
      ...before.item,
      createSql: context.sql.print(stored, 'canonical'),
      dependsOn: dependsOn.map((row) => row.id),
      facts: kind.facts(details),
    };
    checkDependencies(context, item, mentionedAt);
    return { item, statement: stored, kind, details };
  } catch (error) {
    throw error instanceof PgError ? invalidAlter(error) : error;
  }
}

function invalidAlter(error: PgError): PgError {
  const name = Object.entries(sqlStates).find(([, code]) => code === error.code)?.[0] as SqlStateName;
  return new PgError(name, `invalid ALTER CONNECTION: ${error.message}`, {
    detail: error.detail,
    hint: error.hint,
    position1: error.position1,
    cause: error,
  });
}

function refuseWhileDependedUpon(
  context: PlanContext,
  before: StoredConnection,
  after: StoredConnection,
  actions: readonly AlterConnectionAction[],
): void {
  const dependants = context.snapshot.dependantsOf(before.item.id);
  if (dependants.length === 0) return;
  for (const [name, spec] of Object.entries(before.kind.options)) {
    if (spec.fixedWhileDependedUpon !== true) continue;
    const find = (options: readonly ConnectionOption[]): string =>
      JSON.stringify(options.find((option) => option.name === name)?.value ?? null, (key, value: unknown) =>
        key === 'offset0' ? undefined : value,
      );
    if (find(before.statement.options) === find(after.statement.options)) continue;
    const action = actions.find((each) => optionOf(each) === name);
    throw notInState(
      `cannot change ${name} of connection "${shortName(context, before.item)}" while other objects depend on it`,
      {
        position1: action && positionOf(context, action.kind === 'set' ? action.option.offset0 : action.offset0),
        detail: dependants.map((item) => `${item.kind} ${fullName(context, item)}`).join('\n'),
        hint: 'Everything else may be changed. For another way, create a connection beside it.',
      },
    );
  }
}

const optionOf = (action: AlterConnectionAction): string | undefined =>
  action.kind === 'set' ? action.option.name : action.kind === 'drop' ? action.option : undefined;

function actionNames(actions: readonly AlterConnectionAction[]): readonly string[] {
  return actions.map((action) =>
    action.kind === 'set'
      ? `SET ${action.option.name}`
      : action.kind === 'drop'
        ? `DROP ${action.option}`
        : 'ROTATE KEYS',
  );
}
