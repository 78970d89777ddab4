import { notSupported, syntaxError, wrongObjectType } from '../errors/index.ts';
import { type Filter, type Show, printLiteral } from '../sql/index.ts';
import type { PlanContext } from './context.ts';
import { currentSchema, findItem, fullName, positionOf, resolveDatabase, resolveSchema, writtenName } from './names.ts';

/** A statement that is answered by the read path: SHOW lists are SELECTs over mz_internal.mz_show_*. */
export interface ReadPlan {
  readonly kind: 'read';
  readonly text: string;
}

interface ListSource {
  readonly columns: readonly string[];
  /** Absent: there are no such objects here, the list is empty. */
  readonly relation?: string;
  /** Whether the list is of one schema (FROM names it), one database, or everything. */
  readonly within: 'schema' | 'database' | 'all';
}

/** Columns in the order of Materialize's docs, SHOW …. */
const lists: Readonly<Record<Exclude<Show['list'], 'columns'>, ListSource>> = {
  connections: { columns: ['name', 'type', 'comment'], relation: 'mz_show_connections', within: 'schema' },
  secrets: { columns: ['name', 'comment'], relation: 'mz_show_secrets', within: 'schema' },
  objects: { columns: ['name', 'type', 'comment'], relation: 'mz_show_objects', within: 'schema' },
  schemas: { columns: ['name', 'comment'], relation: 'mz_show_schemas', within: 'database' },
  databases: { columns: ['name', 'comment'], relation: 'mz_show_databases', within: 'all' },
  roles: { columns: ['name', 'comment'], relation: 'mz_show_roles', within: 'all' },
  clusters: { columns: ['name', 'replicas', 'comment'], relation: 'mz_show_clusters', within: 'all' },
  types: { columns: ['name', 'comment'], within: 'schema' },
  views: { columns: ['name', 'comment'], within: 'schema' },
  sources: { columns: ['name', 'type', 'cluster', 'comment'], within: 'schema' },
  sinks: { columns: ['name', 'type', 'cluster', 'comment'], within: 'schema' },
  'materialized views': { columns: ['name', 'cluster', 'comment'], within: 'schema' },
  subsources: { columns: ['name', 'type'], within: 'schema' },
  tables: { columns: ['name', 'comment'], within: 'schema' },
  indexes: { columns: ['name', 'on', 'cluster', 'key', 'comment'], within: 'schema' },
  privileges: {
    columns: ['grantor', 'grantee', 'database', 'schema', 'name', 'object_type', 'privilege_type'],
    relation: 'mz_show_all_privileges',
    within: 'all',
  },
  'default privileges': {
    columns: ['object_owner', 'database', 'schema', 'object_type', 'grantee', 'privilege_type'],
    relation: 'mz_show_default_privileges',
    within: 'all',
  },
  'role membership': { columns: ['role', 'member', 'grantor'], relation: 'mz_show_role_members', within: 'all' },
};

export function planShow(statement: Show, context: PlanContext): ReadPlan {
  if (statement.from !== null && statement.on !== null) {
    throw syntaxError('Cannot specify both FROM and ON', { position1: positionOf(context, statement.on.offset0) });
  }
  if (statement.list === 'columns')
    return { kind: 'read', text: filtered(columnsText(statement, context), statement.filter) };
  const list = lists[statement.list];
  if (statement.on !== null) refuseOn(context, statement);
  const columns = list.columns.map((column) => (column === 'on' ? '"on"' : column)).join(', ');
  const text =
    list.relation === undefined
      ? emptyList(list, statement, context)
      : `SELECT ${columns} FROM mz_internal.${list.relation}${placeOf(list, statement, context)}`;
  return { kind: 'read', text: filtered(text, statement.filter) };
}

function filtered(text: string, filter: Filter | null): string {
  // A line break ends a comment that the filter's text may end with.
  const where =
    filter === null
      ? ''
      : filter.kind === 'like'
        ? ` WHERE name LIKE ${printLiteral(filter.pattern)}`
        : ` WHERE ${filter.text}\n`;
  return `SELECT * FROM (${text}) AS list${where} ORDER BY 1`;
}

function placeOf(list: ListSource, statement: Show, context: PlanContext): string {
  switch (list.within) {
    case 'schema': {
      const schema = statement.from === null ? currentSchema(context) : resolveSchema(context, statement.from);
      return ` WHERE schema_id = ${printLiteral(schema.id)}`;
    }
    case 'database': {
      const database =
        statement.from === null
          ? context.snapshot.databaseNamed(context.database)
          : resolveDatabase(context, statement.from);
      return ` WHERE database_id IS NULL OR database_id = ${printLiteral(database?.id ?? '')}`;
    }
    case 'all':
      return '';
  }
}

function emptyList(list: ListSource, statement: Show, context: PlanContext): string {
  placeOf(list, statement, context);
  const columns = list.columns.map((column) => `''::text AS "${column}"`).join(', ');
  return `SELECT ${columns} WHERE false`;
}

function refuseOn(context: PlanContext, statement: Show): void {
  const name = statement.on as NonNullable<Show['on']>;
  const item = findItem(context, name);
  if (item === undefined)
    throw notSupported(`SHOW ${statement.list.toUpperCase()} ON ${writtenName(name)}: there are no such objects here`);
  throw wrongObjectType(`cannot show ${statement.list} on ${fullName(context, item)} because it is a ${item.kind}`, {
    position1: positionOf(context, name.offset0),
  });
}

function columnsText(statement: Show, context: PlanContext): string {
  const name = statement.from;
  if (name === null) throw syntaxError('SHOW COLUMNS needs FROM and the name of a relation');
  const item = findItem(context, name);
  if (item !== undefined) {
    throw wrongObjectType(`${fullName(context, item)} is a ${item.kind} and so does not have columns`, {
      position1: positionOf(context, name.offset0),
    });
  }
  const relation = name.parts.map((part) => `"${part.value.replaceAll('"', '""')}"`);
  const withoutDatabase = relation.length === 3 ? relation.slice(1) : relation;
  return `SELECT a.attname::text AS name, NOT a.attnotnull AS nullable, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
 coalesce(pg_catalog.col_description(a.attrelid, a.attnum), '') AS comment FROM pg_catalog.pg_attribute a
 WHERE a.attrelid = ${printLiteral(withoutDatabase.join('.'))}::pg_catalog.regclass AND a.attnum > 0 AND NOT a.attisdropped`;
}
