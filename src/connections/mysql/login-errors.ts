import { explainTls, refusesClientCertificate } from '../tls-errors.ts';
import { codeOf, type Failure, messageOf } from '../trace.ts';
import type { MysqlDetails } from './details.ts';

/** What the server (or the end of the connection) said during the login. */
export function explainLogin(cause: unknown, target: string, details: MysqlDetails, user: string): Failure {
  const said = `${target} says: ${messageOf(cause)}`;
  switch (codeOf(cause) ?? '') {
    case 'ER_ACCESS_DENIED_ERROR':
      return accessDenied(cause, said, details, user);
    case 'ER_ACCESS_DENIED_NO_PASSWORD_ERROR':
    case 'ER_MUST_CHANGE_PASSWORD_LOGIN':
      return {
        message: said,
        code: 'invalid_authorization_specification',
        hint: `On the server: ALTER USER '${user}'@'%' IDENTIFIED BY '...' ACCOUNT UNLOCK;`,
      };
    case 'ER_HOST_NOT_PRIVILEGED':
      return {
        message: said,
        code: 'invalid_authorization_specification',
        hint: `The server knows no user for the address it sees: CREATE USER '${user}'@'%' IDENTIFIED BY '...';`,
      };
    case 'ER_HOST_IS_BLOCKED':
      return {
        message: said,
        code: 'invalid_authorization_specification',
        hint: 'Too many failed connections from this address. On the server: FLUSH HOSTS;',
      };
    case 'ER_SECURE_TRANSPORT_REQUIRED':
      return {
        message: said,
        code: 'invalid_authorization_specification',
        hint: 'The server takes encrypted connections only: set SSL MODE REQUIRED or VERIFY_IDENTITY.',
      };
    case 'ER_CON_COUNT_ERROR':
    case 'ER_TOO_MANY_USER_CONNECTIONS':
      return {
        message: said,
        stage: 'server',
        code: 'too_many_connections',
        hint: 'Raise max_connections on the server or close connections there.',
      };
    case 'HANDSHAKE_NO_SSL_SUPPORT':
      return {
        message: `${target} does not offer TLS`,
        stage: 'tls',
        hint: 'Give the server a certificate (ssl_cert, ssl_key), or set SSL MODE DISABLED if the way to it is private.',
      };
    case 'MYSQL_CLEAR_PASSWORD_NOT_ENABLED':
      return unknownPlugin(target, 'mysql_clear_password', user);
    case 'AUTH_SWITCH_PLUGIN_ERROR':
      return unknownPlugin(target, pluginOf(cause), user);
    default:
      return explainSilence(cause, target, details);
  }
}

function accessDenied(cause: unknown, said: string, details: MysqlDetails, user: string): Failure {
  const seenAs = /for user '[^']*'@'([^']*)'/.exec(messageOf(cause))?.[1] ?? '%';
  if (messageOf(cause).includes('using password: NO')) {
    return {
      message: said,
      hint: "The connection sent no password. CREATE SECRET name AS '...'; then ALTER CONNECTION … SET (PASSWORD = SECRET name);",
    };
  }
  const encrypt = details.tls.mode === 'disable' ? ' The user may also demand TLS: try SSL MODE REQUIRED.' : '';
  const certificate =
    details.tls.client === null && encrypt === ''
      ? ' The user may also demand a client certificate (REQUIRE X509).'
      : '';
  return {
    message: said,
    hint: `Check USER, and PASSWORD: ALTER SECRET puts in another value. The server sees this login as '${user}'@'${seenAs}': SHOW GRANTS FOR '${user}'@'${seenAs}';${encrypt}${certificate}`,
  };
}

function unknownPlugin(target: string, plugin: string, user: string): Failure {
  return {
    message: `${target} asks for the authentication plugin ${plugin}, which is not supported`,
    code: 'invalid_authorization_specification',
    hint: `Supported are caching_sha2_password, sha256_password, mysql_native_password, and mysql_clear_password over TLS. On the server: ALTER USER '${user}'@'%' IDENTIFIED WITH caching_sha2_password BY '...'; (MariaDB: IDENTIFIED VIA mysql_native_password USING PASSWORD('...')).`,
  };
}

/** mysql2 3.24 names the plugin only in its text. */
const pluginOf = (cause: unknown): string => /unknown plugin (\S+?)\.? See/.exec(messageOf(cause))?.[1] ?? 'it names';

/** The account is locked, in MySQL and in MariaDB; mysql2 knows no name for the second. */
const lockedErrnos: readonly number[] = [3118, 4151];

function explainSilence(cause: unknown, target: string, details: MysqlDetails): Failure {
  if (refusesClientCertificate(cause)) {
    return { ...explainTls(cause, target, { ...details, uncheckedMode: '' }), stage: 'tls' };
  }
  const { errno } = (cause instanceof Error ? cause : {}) as { readonly errno?: unknown };
  if (typeof errno === 'number' && lockedErrnos.includes(errno)) {
    return {
      message: `${target} says: ${messageOf(cause)}`,
      code: 'invalid_authorization_specification',
      hint: 'On the server: ALTER USER … ACCOUNT UNLOCK;',
    };
  }
  if (typeof errno === 'number' && errno >= 1000) {
    return {
      message: `${target} says: ${messageOf(cause)} (${errno})`,
      stage: 'server',
      hint: 'The server refused for a reason of its own. Its log may say more.',
    };
  }
  return {
    message: `${target} ended the connection during the login (${messageOf(cause)})`,
    code: 'connection_failure',
    hint: 'Check host and port. The log of the server says why it hung up.',
  };
}
