import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Change, type ItemRow, Snapshot, itemId, materializeRoleId, put } from '../../../src/catalog/index.ts';
import { bootstrapChanges } from '../../../src/catalog/bootstrap.ts';
import { dialectWords, kindByType, kindByWords, supportedWords } from '../../../src/connections/index.ts';
import { PgError, type PgNotice } from '../../../src/errors/index.ts';
import { type Plan, type PlanContext, fullName, plan } from '../../../src/plan/index.ts';
import { createSql } from '../../../src/sql/index.ts';
import { type Case, readCases, showFailure, writeCases } from '../../support/corpus.ts';

export const planDirectory = join(import.meta.dirname, '../../../grammar/corpus/plan');
export const sql = createSql(dialectWords());

export const planFiles = (): readonly string[] =>
  readdirSync(planDirectory)
    .filter((name) => name.endsWith('.txt'))
    .toSorted();

export const readPlanCorpus = (file: string): readonly Case[] => readCases(join(planDirectory, file), 'plan');

export const rewritePlanCorpus = (file: string, cases: readonly Case[]): void =>
  writeCases(join(planDirectory, file), 'plan', cases, outcome);

/** What comes of planning the statements one after the other, each on what those before it left. */
export function outcome(input: string): string {
  let snapshot = world;
  return sql
    .split(input)
    .map((statement) => {
      const context = contextFor(snapshot, input);
      try {
        const planned = plan(sql.parse(input, statement), context);
        snapshot = snapshot.apply(changesOf(planned));
        return showPlan(planned, contextFor(snapshot, input));
      } catch (error) {
        if (error instanceof PgError) return showFailure(input, error);
        throw error;
      }
    })
    .join('\n');
}

function contextFor(snapshot: Snapshot, source: string): PlanContext {
  const role = snapshot.roleNamed('materialize');
  if (role === undefined) throw new Error('the first role is missing');
  return {
    snapshot,
    source,
    role,
    sessionRole: role,
    database: 'materialize',
    searchPath: ['public'],
    kinds: { kindByWords, kindByType, supportedWords },
    sql,
    environmentId: 'env',
    setAside: new Map(),
  };
}

const world = makeWorld();

function makeWorld(): Snapshot {
  const source = readFileSync(join(planDirectory, 'world.sql'), 'utf8');
  let snapshot = Snapshot.empty().apply(bootstrapChanges());
  for (const statement of sql.split(source)) {
    snapshot = snapshot.apply(changesOf(plan(sql.parse(source, statement), contextFor(snapshot, source))));
  }
  const items = [...snapshot.tables.items.values()];
  const used = ['pg', 'my', 'kafka'].map((name) => items.find((item) => item.name === `used_${name}`));
  return snapshot.apply(
    used.flatMap((item, index) => (item === undefined ? [] : [put('items', sourceOf(item, index))])),
  );
}

/** Sources cannot be made yet, but connections have rules about what depends on them. */
function sourceOf(connection: ItemRow, index: number): ItemRow {
  return {
    ...connection,
    id: itemId(`u${900 + index}`),
    oid: 900_000 + index,
    name: connection.name.replace(/^used_(.*)$/, '$1_source'),
    kind: 'source',
    type: null,
    ownerId: materializeRoleId,
    createSql: 'CREATE SOURCE',
    dependsOn: [connection.id],
    facts: {},
  };
}

function changesOf(planned: Plan): readonly Change[] {
  return 'effects' in planned ? planned.effects.changes : [];
}

function showPlan(planned: Plan, context: PlanContext): string {
  const { kind, ...fields } = planned;
  if (!('effects' in planned)) return `${kind} ${toJson(fields)}`;
  const plain = Object.entries(fields).filter(([, value]) => typeof value !== 'object' || value === null);
  const { changes, audit, notices } = planned.effects;
  return [
    plain.length === 0 ? kind : `${kind} ${toJson(Object.fromEntries(plain))}`,
    ...changes.flatMap((change) => showChange(change, context)),
    ...audit.map(({ eventType, objectKind, details }) => `audit ${eventType} ${objectKind} ${toJson(details)}`),
    ...notices.map(showNotice),
    ...detailsOf(planned).map((details) => `=> ${toJson(details)}`),
  ].join('\n');
}

function detailsOf(planned: Plan): readonly unknown[] {
  if (planned.kind === 'create-connection') return [planned.details];
  return planned.kind === 'alter-connection' ? [planned.after.details] : [];
}

function showChange(change: Change, context: PlanContext): readonly string[] {
  if (change.table === 'counters') return [];
  if (change.op === 'delete') return [`delete ${change.table} ${change.key}`];
  if (change.table !== 'items') return [`put ${change.table} ${toJson(change.row)}`];
  const { row } = change;
  const uses = row.dependsOn.map((id) => {
    const item = context.snapshot.item(id);
    return item === undefined ? id : fullName(context, item);
  });
  return [`put ${row.kind} ${row.id}: ${row.createSql}${uses.length === 0 ? '' : ` -- uses ${uses.join(', ')}`}`];
}

const showNotice = ({ severity, code, message, detail, hint }: PgNotice): string =>
  [
    `${severity} ${code}: ${message}`,
    ...(detail === undefined ? [] : [`detail: ${detail.replaceAll('\n', '; ')}`]),
    ...(hint === undefined ? [] : [`hint: ${hint}`]),
  ].join('\n');

const toJson = (value: unknown): string =>
  JSON.stringify(value, (key, part: unknown) => (key === 'oid' || /offset0$/i.test(key) ? undefined : part));
