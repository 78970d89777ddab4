/**
 * Who may import whom: the table of the design, as amended by docs/adr. A room is a folder of src/, or a file beside the folders;
 * such a file that has no line of its own is a part of `server`, the composition root.
 * `room/part` allows that part of the room only (its file, or the files under that folder).
 */
export const arrows: Readonly<Record<string, readonly string[]>> = {
  main: ['commands'],
  commands: [
    'server',
    'config',
    'sql',
    'catalog',
    'observations',
    'secrets',
    'storage',
    'connections',
    'errors',
    'telemetry',
    'wire',
  ],
  config: ['secrets'],
  'close-stack': [],
  server: [
    'config',
    'close-stack',
    'catalog',
    'connections',
    'errors',
    'exec',
    'http',
    'observations',
    'plan',
    'query',
    'relay',
    'secrets',
    'session',
    'sql',
    'storage',
    'telemetry',
    'tunnels',
    'wire',
  ],
  session: [
    'wire/handler',
    'wire/verifier',
    'sql',
    'plan',
    'exec',
    'query',
    'catalog',
    'connections',
    'observations',
    'relay',
    'tunnels',
    'errors',
    'telemetry',
  ],
  wire: ['errors', 'telemetry'],
  http: ['wire/handler', 'errors', 'telemetry'],
  exec: ['plan', 'catalog', 'observations', 'query', 'secrets', 'connections', 'tunnels', 'errors', 'telemetry'],
  plan: ['sql', 'catalog', 'connections', 'secrets', 'errors'],
  sql: ['errors'],
  query: ['catalog', 'observations', 'errors', 'telemetry'],
  relay: ['wire/codec', 'connections', 'tunnels', 'secrets', 'observations', 'catalog', 'errors', 'telemetry'],
  connections: ['tunnels', 'secrets', 'errors'],
  tunnels: ['secrets', 'errors', 'telemetry'],
  catalog: ['storage', 'errors', 'telemetry'],
  observations: ['storage', 'errors', 'telemetry'],
  secrets: ['storage', 'errors'],
  storage: ['errors'],
  telemetry: ['errors'],
  errors: [],
};

/** Packages that are the business of few rooms. */
export const packages: Readonly<Record<string, readonly string[]>> = {
  'better-sqlite3': ['catalog', 'observations', 'storage'],
  '@electric-sql/pglite': ['query'],
  'libpg-query': ['query'],
  ssh2: ['tunnels'],
  pino: ['telemetry'],
  'pino-pretty': ['telemetry'],
  'prom-client': ['telemetry'],
};

/** Top-level files of `connections/` that know the kinds; a kind that imported one would know the others. */
export const listsOfKinds = ['index', 'kinds'];
