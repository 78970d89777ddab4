import { baseTableNames, kindStatement } from './base-tables.ts';
import { quoteIdentifier, quoteLiteral, showIdentifier } from './quote.ts';

/** What an engine must be told of the session before it reads; everything that an answer may depend on beside the catalog. */
export interface SessionState {
  readonly role: string;
  readonly sessionUser: string;
  readonly superuser: boolean;
  readonly database: string;
  readonly searchPath: readonly string[];
  readonly settings: ReadonlyMap<string, string>;
}

/** Not RESET: the engine was not logged in to, so there is nothing that RESET could go back to. */
export const becomeSystem = 'SET SESSION AUTHORIZATION mz_system';

/** Settings that shape the engine's answers; the others are only shown. */
const engineSettings = [
  'application_name',
  'array_nulls',
  'bytea_output',
  'datestyle',
  'default_text_search_config',
  'extra_float_digits',
  'intervalstyle',
  'lc_monetary',
  'lc_numeric',
  'lc_time',
  'quote_all_identifiers',
  'standard_conforming_strings',
  'timezone',
  'xmlbinary',
  'xmloption',
] as const;

const keys = new WeakMap<SessionState, string>();

/** Equal keys, equal answers. */
export function sessionKey(state: SessionState): string {
  const known = keys.get(state);
  if (known !== undefined) return known;
  const key = makeKey(state);
  keys.set(state, key);
  return key;
}

const makeKey = (state: SessionState): string =>
  JSON.stringify([
    state.role,
    state.sessionUser,
    state.superuser,
    state.database,
    state.searchPath,
    [...state.settings].toSorted(([a], [b]) => (a < b ? -1 : 1)),
  ]);

/**
 * Statements that set an engine up for `state`. The schemas of one database are there at a time, so a change of database
 * brings others in. mz_catalog comes last in the search path: it is found without being the current schema.
 */
export function sessionStatements(state: SessionState, engineDatabase: string | null): string {
  const lowered = new Map([...state.settings].map(([name, value]) => [name.toLowerCase(), value]));
  const shown = {
    ...Object.fromEntries(lowered),
    search_path: state.searchPath.map(showIdentifier).join(', '),
    is_superuser: state.superuser ? 'on' : 'off',
    session_authorization: state.sessionUser,
    role: state.role === state.sessionUser ? 'none' : state.role,
  };
  const path = state.searchPath.includes('mz_catalog') ? state.searchPath : [...state.searchPath, 'mz_catalog'];
  const settings = new Map<string, string>(
    engineSettings.flatMap((name) => {
      const value = lowered.get(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
  settings.set('search_path', path.map(quoteIdentifier).join(', '));
  settings.set('sallyport.session', JSON.stringify(shown));
  const set = [...settings].map(
    ([name, value]) => `pg_catalog._mirror_set_config(${quoteLiteral(name)}, ${quoteLiteral(value)}, false)`,
  );
  return [
    becomeSystem,
    ...(state.database === engineDatabase ? [] : databaseStatements(state.database)),
    `SELECT ${set.join(', ')}`,
    ...(state.role === state.sessionUser
      ? [`SET SESSION AUTHORIZATION ${quoteLiteral(state.role)}`]
      : roleStatements(state)),
  ].join(';\n');
}

/** SET ROLE was allowed by the catalog: the engine, which knows members only, is not asked again. */
const roleStatements = ({ role, sessionUser }: SessionState): readonly string[] => [
  `SELECT pg_catalog._mirror_lend_role(${quoteLiteral(role)}, ${quoteLiteral(sessionUser)})`,
  `SET SESSION AUTHORIZATION ${quoteLiteral(sessionUser)}`,
  `SET ROLE ${quoteLiteral(role)}`,
  'SELECT pg_catalog._mirror_take_role_back()',
];

const databaseStatements = (database: string): readonly string[] => [
  `SELECT pg_catalog._mirror_set_config('sallyport.database', ${quoteLiteral(database)}, false)`,
  kindStatement('r', baseTableNames),
  'SELECT pg_catalog._mirror_sync_places(), pg_catalog._mirror_sync_comments()',
  kindStatement('t', baseTableNames),
];
