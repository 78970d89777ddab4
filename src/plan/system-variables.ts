import { type Variable, type VariableType, define } from './variable.ts';

const connections: VariableType = { form: 'integer', min: 1, max: 262_143 };
const kB = 1024;

/** What ALTER SYSTEM alone changes. */
export const systemVariables: readonly Variable[] = [
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
