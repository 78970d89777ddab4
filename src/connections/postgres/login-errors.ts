import { codeOf, type Failure, messageOf } from '../trace.ts';
import { explainTls, refusesClientCertificate } from '../tls-errors.ts';
import type { PostgresDetails } from './details.ts';

/** SQLSTATEs by which the server says that the database is what fails. */
const databaseCodes: Readonly<Record<string, Failure['code']>> = {
  '3D000': 'invalid_catalog_name',
  '42501': 'insufficient_privilege',
};

/** The user is known and the database is not to be had. */
export function explainDatabase(
  cause: unknown,
  target: string,
  details: PostgresDetails,
  user: string,
): Failure | undefined {
  const code = databaseCodes[codeOf(cause) ?? ''];
  if (code === undefined) return undefined;
  return {
    stage: 'database',
    code,
    message: `${target} says: ${messageOf(cause)}`,
    hint:
      code === 'invalid_catalog_name'
        ? `Check DATABASE; psql -l on the server lists what there is.`
        : `On the server: GRANT CONNECT ON DATABASE "${details.database}" TO "${user}";`,
  };
}

/** What the server (or the end of the connection) said during the login. */
export function explainLogin(cause: unknown, target: string, details: PostgresDetails, user: string): Failure {
  const said = `${target} says: ${messageOf(cause)}`;
  switch (codeOf(cause) ?? '') {
    case '28P01':
      return {
        message: said,
        hint: `Check USER, and PASSWORD: ALTER SECRET puts in another value. On the server: ALTER ROLE "${user}" PASSWORD '...';`,
      };
    case '28000':
      return { message: said, code: 'invalid_authorization_specification', hint: hintForRefusal(cause, details, user) };
    case '53300':
      return {
        message: said,
        stage: 'server',
        code: 'too_many_connections',
        hint: 'Raise max_connections on the server or close connections there.',
      };
    case '57P03':
      return { message: said, stage: 'server', code: 'cannot_connect_now', hint: 'Try again when it has started.' };
    case '08P01':
      return explainPooler(cause, said);
    default:
      return explainSilence(cause, target, details);
  }
}

/** PgBouncer (1.18) says everything with one SQLSTATE. */
function explainPooler(cause: unknown, said: string): Failure {
  const text = messageOf(cause);
  if (/authentication failed/.test(text)) {
    return {
      message: said,
      code: 'invalid_password',
      hint: 'Check USER, and PASSWORD: ALTER SECRET puts in another value. A pooler answers so: its auth_file or auth_query must hold the same password.',
    };
  }
  if (/no such database/.test(text)) {
    return {
      message: said,
      stage: 'database',
      code: 'invalid_catalog_name',
      hint: 'Check DATABASE. A pooler answers so: it takes the databases of its [databases] section only.',
    };
  }
  return {
    message: said,
    stage: 'server',
    hint: 'A pooler in front of the server may not know this user or database.',
  };
}

function hintForRefusal(cause: unknown, details: PostgresDetails, user: string): string {
  const text = messageOf(cause);
  const from = /host "([^"]+)"/.exec(text)?.[1];
  if (/client certificate|certificate authentication/.test(text)) {
    return 'Set SSL CERTIFICATE and SSL KEY to a certificate whose common name is the user, signed by the authority in the server’s ssl_ca_file.';
  }
  if (/no encryption|SSL off/.test(text) && details.tls.mode === 'disable') {
    return 'The server lets this user in over TLS only, or from elsewhere only: set SSL MODE require, or add a pg_hba.conf line.';
  }
  if (/pg_hba\.conf/.test(text)) {
    return `Add a line to the server's pg_hba.conf and reload: host${details.tls.mode === 'disable' ? '' : 'ssl'} "${details.database}" "${user}" ${from ?? 'ADDRESS'}/${from?.includes(':') === true ? 128 : 32} scram-sha-256`;
  }
  return `On the server: CREATE ROLE "${user}" LOGIN PASSWORD '...'; or ALTER ROLE "${user}" LOGIN;`;
}

function explainSilence(cause: unknown, target: string, details: PostgresDetails): Failure {
  if (refusesClientCertificate(cause)) {
    return { ...explainTls(cause, target, { ...details, uncheckedMode: '' }), stage: 'tls' };
  }
  const code = codeOf(cause);
  if (code !== undefined && /^[0-9A-Z]{5}$/.test(code)) {
    return {
      message: `${target} says: ${messageOf(cause)}`,
      stage: 'server',
      hint: 'The server refused for a reason of its own. Its log may say more.',
    };
  }
  return {
    message: `${target} ended the connection during the login (${messageOf(cause)})`,
    code: 'connection_failure',
    hint: 'Check host and port: something that is no PostgreSQL server may be listening there. The log of the server says why it hung up.',
  };
}
