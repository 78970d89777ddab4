import type { SqlFile } from './image-worker.ts';

export interface RelationReaders {
  readonly liveReaders: ReadonlyMap<string, readonly string[]>;
  readonly steadyRelations: ReadonlySet<string>;
  readonly historyReaders: ReadonlySet<string>;
}

/** Base tables that change by what is seen, not by commits. */
const observedTables = /\bmirror\.(?:host_keys|key_acceptances|validations|tunnel_statuses|secret_uses|relays)\b/;

/** Base tables that may be long and are loaded last. */
const historyTables = /\bmirror\.(?:audit_events|validations|tunnel_statuses|secret_uses|relays)\b/;

/** The engine's own relations that only the catalog can change. */
const steadyEngineRelations = [
  'pg_aggregate',
  'pg_am',
  'pg_attrdef',
  'pg_attribute',
  'pg_auth_members',
  'pg_authid',
  'pg_cast',
  'pg_class',
  'pg_collation',
  'pg_constraint',
  'pg_conversion',
  'pg_database',
  'pg_default_acl',
  'pg_depend',
  'pg_description',
  'pg_enum',
  'pg_event_trigger',
  'pg_extension',
  'pg_foreign_data_wrapper',
  'pg_foreign_server',
  'pg_foreign_table',
  'pg_group',
  'pg_index',
  'pg_indexes',
  'pg_inherits',
  'pg_language',
  'pg_matviews',
  'pg_namespace',
  'pg_opclass',
  'pg_operator',
  'pg_opfamily',
  'pg_partitioned_table',
  'pg_policies',
  'pg_policy',
  'pg_proc',
  'pg_publication',
  'pg_range',
  'pg_rewrite',
  'pg_roles',
  'pg_rules',
  'pg_sequence',
  'pg_sequences',
  'pg_shdepend',
  'pg_shdescription',
  'pg_statistic_ext',
  'pg_tables',
  'pg_tablespace',
  'pg_trigger',
  'pg_ts_config',
  'pg_type',
  'pg_user',
  'pg_views',
];

const steadyInformation = [
  'columns',
  'constraint_column_usage',
  'key_column_usage',
  'referential_constraints',
  'schemata',
  'table_constraints',
  'table_privileges',
  'tables',
  'triggers',
  'views',
];

/**
 * What each relation reads, itself or through others, out of the texts of their files: a live relation takes its rows from
 * the setting of its name; other relations are read by name.
 */
export function findReaders(files: readonly SqlFile[]): RelationReaders {
  const texts = new Map(files.map(({ path, text }) => [path.replace('/', '.').replace(/\.sql$/, ''), text]));
  const reads = new Map([...texts].map(([name, text]) => [name, namesIn(text, texts)]));
  const reached = new Map([...texts.keys()].map((name) => [name, reach(name, reads)]));
  const isLive = (name: string): boolean => texts.get(name)?.includes(`'sallyport.${name}'`) === true;
  const live = [...reached]
    .map(([name, names]) => [name, [...names].filter(isLive)] as const)
    .filter(([, names]) => names.length > 0);
  const moving = (name: string): boolean => isLive(name) || observedTables.test(texts.get(name) ?? '');
  const steady = [...reached]
    .filter(([name, names]) => name.startsWith('mz_') && ![...names].some(moving))
    .map(([name]) => name);
  const reading = [...reached]
    .filter(([, names]) => [...names].some((name) => historyTables.test(texts.get(name) ?? '')))
    .map(([name]) => name);
  return {
    historyReaders: new Set(reading.flatMap((name) => [name, bare(name)])),
    liveReaders: new Map(live.flatMap(([name, names]) => [[name, names] as const, [bare(name), names] as const])),
    steadyRelations: new Set([
      ...steady.flatMap((name) => [name, bare(name)]),
      ...steadyEngineRelations.flatMap((name) => [name, `pg_catalog.${name}`]),
      ...steadyInformation.map((name) => `information_schema.${name}`),
    ]),
  };
}

const bare = (name: string): string => name.slice(name.indexOf('.') + 1);

function namesIn(text: string, known: ReadonlyMap<string, string>): ReadonlySet<string> {
  return new Set([...text.matchAll(/\b[a-z_]+\.[a-z_]+\b/g)].map(([name]) => name).filter((name) => known.has(name)));
}

function reach(from: string, reads: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  const found = new Set([from]);
  for (const name of found) for (const next of reads.get(name) ?? []) found.add(next);
  return found;
}
