import { type Variable, bool, define, report, text } from './variable.ts';

/** What is shown and never set. Source: PostgreSQL 16 manual chapter 20, «Preset Options». */
export const fixedVariables: readonly Variable[] = [
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
];
