/** How a variable's text is checked and brought to the form that SHOW gives. */
type VariableType =
  | { readonly form: 'text'; readonly max?: number }
  | { readonly form: 'bool' }
  | { readonly form: 'integer'; readonly min: number; readonly max: number }
  /** Milliseconds without a unit; `30s`, `1min` …; shown as PostgreSQL shows it. */
  | { readonly form: 'duration'; readonly min?: number; readonly max?: number }
  /** Bytes without a unit; `64kB`, `16MB` …; shown as PostgreSQL shows it. */
  | { readonly form: 'size'; readonly min: number; readonly max: number }
  | { readonly form: 'one-of'; readonly values: readonly string[] }
  | { readonly form: 'names' }
  | { readonly form: 'time-zone' }
  | { readonly form: 'date-style' };

export interface Variable {
  /** As SHOW ALL lists it. */
  readonly name: string;
  readonly default: string;
  readonly type: VariableType;
  readonly description: string;
  /** Announced as ParameterStatus at start and when it changes. */
  readonly report?: true;
  /** `fixed`: shown, never set. `system`: ALTER SYSTEM only. */
  readonly scope: 'session' | 'system' | 'fixed';
}

const isolationLevels = [
  'read uncommitted',
  'read committed',
  'repeatable read',
  'serializable',
  'strong session serializable',
  'strict serializable',
];

const define = (
  scope: Variable['scope'],
  name: string,
  fallback: string,
  type: VariableType,
  description: string,
  more: Pick<Variable, 'report'> = {},
): Variable => ({ scope, name, default: fallback, type, description, ...more });

const text: VariableType = { form: 'text' };
const bool: VariableType = { form: 'bool' };
const report = { report: true } as const;
const connections: VariableType = { form: 'integer', min: 1, max: 262_143 };
const kB = 1024;

/** Every variable that SHOW ALL lists. Sources: PostgreSQL 16 manual chapter 20; Materialize docs, «Configuration parameters». */
export const variables: readonly Variable[] = [
  define(
    'session',
    'application_name',
    '',
    { form: 'text', max: 4096 },
    'Sets the application name to be reported in statistics and logs.',
    report,
  ),
  define(
    'session',
    'auto_route_catalog_queries',
    'on',
    bool,
    'Accepted for compatibility: every query here reads the catalog.',
  ),
  define('session', 'backslash_quote', 'safe_encoding', text, 'Accepted for compatibility.'),
  define(
    'session',
    'bytea_output',
    'hex',
    { form: 'one-of', values: ['hex', 'escape'] },
    'Sets the output format for bytea.',
  ),
  define('session', 'check_function_bodies', 'on', bool, 'Accepted for compatibility.'),
  define('session', 'client_encoding', 'UTF8', text, "Sets the client's character set encoding.", report),
  define(
    'session',
    'client_min_messages',
    'notice',
    { form: 'one-of', values: ['debug5', 'debug4', 'debug3', 'debug2', 'debug1', 'log', 'notice', 'warning', 'error'] },
    'Sets the message levels that are sent to the client.',
  ),
  define('session', 'cluster', 'quickstart', text, 'Sets the current cluster. Connections do not run on clusters.'),
  define('session', 'cluster_replica', '', text, 'Accepted for compatibility.'),
  define('session', 'constraint_exclusion', 'partition', text, 'Accepted for compatibility.'),
  define('session', 'current_object_missing_warnings', 'on', bool, 'Accepted for compatibility.'),
  define('session', 'database', 'materialize', text, 'Sets the current database.'),
  define(
    'session',
    'DateStyle',
    'ISO, MDY',
    { form: 'date-style' },
    'Sets the display format for date and time values.',
    report,
  ),
  define('session', 'default_transaction_deferrable', 'off', bool, 'Accepted for compatibility.'),
  define(
    'session',
    'default_transaction_isolation',
    'read committed',
    { form: 'one-of', values: isolationLevels },
    'Sets the transaction isolation level of each new transaction.',
  ),
  define(
    'session',
    'default_transaction_read_only',
    'off',
    bool,
    'Sets the default read-only status of new transactions.',
    report,
  ),
  define('session', 'emit_timestamp_notice', 'off', bool, 'Accepted for compatibility.'),
  define(
    'session',
    'extra_float_digits',
    '1',
    { form: 'integer', min: -15, max: 3 },
    'Sets the number of digits displayed for floating-point values.',
  ),
  define(
    'session',
    'idle_in_transaction_session_timeout',
    '0',
    { form: 'duration' },
    'Sets the maximum allowed idle time between queries, when in a transaction.',
  ),
  define(
    'session',
    'idle_session_timeout',
    '0',
    { form: 'duration' },
    'Sets the maximum allowed idle time between queries, when not in a transaction.',
  ),
  define(
    'session',
    'IntervalStyle',
    'postgres',
    { form: 'one-of', values: ['postgres', 'postgres_verbose', 'sql_standard', 'iso_8601'] },
    'Sets the display format for interval values.',
    report,
  ),
  define(
    'session',
    'lock_timeout',
    '0',
    { form: 'duration' },
    'Accepted for compatibility: nothing here waits for locks.',
  ),
  define('session', 'real_time_recency', 'off', bool, 'Accepted for compatibility.'),
  define('session', 'row_security', 'on', bool, 'Accepted for compatibility.'),
  define(
    'session',
    'search_path',
    'public',
    { form: 'names' },
    'Sets the schema search order for names that are not schema-qualified.',
    report,
  ),
  define(
    'session',
    'standard_conforming_strings',
    'on',
    { form: 'one-of', values: ['on'] },
    "Causes '...' strings to treat backslashes literally.",
    report,
  ),
  define(
    'session',
    'statement_timeout',
    '1min',
    { form: 'duration' },
    'Sets the maximum allowed duration of any statement.',
  ),
  define('session', 'synchronize_seqscans', 'on', bool, 'Accepted for compatibility.'),
  define(
    'session',
    'TimeZone',
    'UTC',
    { form: 'time-zone' },
    'Sets the time zone for displaying and interpreting time stamps.',
    report,
  ),
  define('session', 'transaction_deferrable', 'off', bool, 'Accepted for compatibility.'),
  define(
    'session',
    'transaction_isolation',
    'read committed',
    { form: 'one-of', values: isolationLevels },
    "Shows the current transaction's isolation level. Every level reads as READ COMMITTED does.",
  ),
  define('session', 'transaction_read_only', 'off', bool, "Sets the current transaction's read-only status."),
  define('session', 'welcome_message', 'on', bool, 'Accepted for compatibility.'),
  define('session', 'xmloption', 'content', text, 'Accepted for compatibility.'),
  define('fixed', 'in_hot_standby', 'off', bool, 'Shows whether hot standby is currently active.', report),
  define('fixed', 'integer_datetimes', 'on', bool, 'Shows whether datetimes are integer based.', report),
  define('fixed', 'is_superuser', 'off', bool, 'Shows whether the current user is a superuser.', report),
  define('fixed', 'lc_collate', 'C', text, 'Shows the collation order locale.'),
  define('fixed', 'lc_ctype', 'C', text, 'Shows the character classification and case conversion locale.'),
  define(
    'fixed',
    'max_identifier_length',
    '255',
    { form: 'integer', min: 1, max: 255 },
    'Shows the maximum identifier length.',
  ),
  define(
    'fixed',
    'max_index_keys',
    '32',
    { form: 'integer', min: 1, max: 32 },
    'Shows the maximum number of index keys.',
  ),
  define('fixed', 'mz_version', 'v0.147.0 (5a11909)', text, 'Shows the version of the dialect that is spoken.', report),
  define(
    'fixed',
    'password_encryption',
    'scram-sha-256',
    text,
    'Shows how passwords are stored; psql asks before \\password.',
  ),
  define(
    'fixed',
    'scram_iterations',
    '4096',
    { form: 'integer', min: 1, max: 1_000_000 },
    'Shows the iteration count of stored passwords.',
    report,
  ),
  define('fixed', 'role', 'none', text, 'Shows the role that SET ROLE named; none: the session user.'),
  define('fixed', 'server_encoding', 'UTF8', text, 'Shows the server (database) character set encoding.', report),
  define('fixed', 'server_version', '16.6', text, 'Shows the server version.', report),
  define(
    'fixed',
    'server_version_num',
    '160006',
    { form: 'integer', min: 0, max: 999_999 },
    'Shows the server version as an integer.',
  ),
  define('fixed', 'session_authorization', 'materialize', text, 'Shows the session user name.', report),
  define(
    'system',
    'authentication_timeout',
    '1min',
    { form: 'duration', min: 1_000, max: 600_000 },
    'Sets the time in which a client must have logged in.',
  ),
  define(
    'system',
    'client_stall_timeout',
    '10min',
    { form: 'duration', min: 1_000, max: 86_400_000 },
    'Sets the time after which a client that reads nothing of its answer is disconnected.',
  ),
  define('system', 'max_connections', '10000', connections, 'Sets the maximum number of sessions.'),
  define(
    'system',
    'max_connections_per_address',
    '10000',
    connections,
    'Sets the maximum number of sessions from one address; superusers are not bound by it.',
  ),
  define(
    'system',
    'max_connections_per_role',
    '10000',
    connections,
    'Sets the maximum number of sessions of one role; superusers are not bound by it.',
  ),
  define(
    'system',
    'max_message_size',
    '16MB',
    { form: 'size', min: 64 * kB, max: 512 * 1024 * kB },
    'Sets the maximum size of one message of a client.',
  ),
  define(
    'system',
    'max_portals',
    '1000',
    { form: 'integer', min: 1, max: 1_000_000 },
    'Sets the maximum number of portals and cursors of one session.',
  ),
  define(
    'system',
    'max_prepared_statements',
    '10000',
    { form: 'integer', min: 1, max: 1_000_000 },
    'Sets the maximum number of prepared statements of one session.',
  ),
  define(
    'system',
    'max_unauthenticated_connections',
    '500',
    connections,
    'Sets the maximum number of connections that have not logged in yet; beyond it the oldest is ended.',
  ),
  define(
    'system',
    'max_unsent_size',
    '64kB',
    { form: 'size', min: 64 * kB, max: 1024 * 1024 * kB },
    'Sets how much of an answer may wait for a client before its statement does.',
  ),
  define(
    'system',
    'ssh_host_key_policy',
    'accept-new',
    { form: 'one-of', values: ['accept-new', 'strict', 'any'] },
    "What is done about a bastion's host key that is not known: learned on first use, refused unless pinned, or any taken.",
  ),
  define(
    'system',
    'superuser_reserved_connections',
    '5',
    { form: 'integer', min: 0, max: 262_143 },
    'Sets how many of max_connections are kept for superusers.',
  ),
  define(
    'system',
    'target_allow',
    '',
    { form: 'names' },
    'Networks (CIDR) that alone may be dialled directly or as a bastion; empty: all that is not refused.',
  ),
  define(
    'system',
    'target_deny',
    '',
    { form: 'names' },
    'Networks (CIDR) that may never be dialled directly, nor as a bastion.',
  ),
];

const byName = new Map(variables.map((variable) => [variable.name.toLowerCase(), variable]));
/** `SET schema`, `SET NAMES`, `SET TIME ZONE` and the like. */
const aliases = new Map([
  ['schema', 'search_path'],
  ['names', 'client_encoding'],
  ['time zone', 'timezone'],
  ['transaction isolation level', 'transaction_isolation'],
]);

export function findVariable(name: string): Variable | undefined {
  const key = name.toLowerCase();
  return byName.get(aliases.get(key) ?? key);
}

/** Names with a dot are anybody's, as in PostgreSQL: kept and shown back. */
export const isCustomVariable = (name: string): boolean => /^[^.]+\.[^.]+/.test(name);
