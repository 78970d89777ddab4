import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { refusalOf } from '../../../src/connections/confluent-schema-registry/refusals.ts';
import {
  type ConnectionKind,
  dialectWords,
  kindByType,
  kinds,
  type StageContext,
} from '../../../src/connections/index.ts';
import { explainLogin as explainKafka } from '../../../src/connections/kafka/login-errors.ts';
import { explainLogin as explainMysql } from '../../../src/connections/mysql/login-errors.ts';
import { explainDatabase, explainLogin as explainPostgres } from '../../../src/connections/postgres/login-errors.ts';
import { explainTls } from '../../../src/connections/tls-errors.ts';
import { type Failure, Trace } from '../../../src/connections/trace.ts';
import { PgError, type Stage } from '../../../src/errors/index.ts';
import { createSql } from '../../../src/sql/index.ts';
import * as tunnelErrors from '../../../src/tunnels/errors.ts';
import { generateTunnelKey, type TunnelDefinition } from '../../../src/tunnels/index.ts';
import { planned } from '../../support/connection-run.ts';
import { type Trouble, troublePage, withOptionTables } from '../../support/guide.ts';

const guide = join(import.meta.dirname, '../../../docs/guide');
const kindPages = kinds.map((kind) => `${kind.type}.md`);
const pages = readdirSync(guide).filter((name) => name.endsWith('.md'));

describe('the pages of the kinds', () => {
  test.each(kindPages)('%s holds the options as the tables have them', async (name) => {
    const page = readFileSync(join(guide, name), 'utf8');
    expect(page).toContain(`<!-- options of ${name.replace('.md', '')} -->`);
    await expect(withOptionTables(page)).toMatchFileSnapshot(join(guide, name));
  });

  const sql = createSql(dialectWords());
  const examples = kindPages.flatMap((name) =>
    [...readFileSync(join(guide, name), 'utf8').matchAll(/```sql\n([\s\S]*?)```/g)].map(
      (match) => [name, match[1] ?? ''] as const,
    ),
  );
  test.each(examples)('an example of %s is a statement: %s', (_name, text) => {
    for (const statement of sql.split(text)) {
      expect(() => (statement.route === 'dialect' ? sql.parse(text, statement) : undefined)).not.toThrow();
    }
  });

  test.each(pages)('the links of %s lead somewhere', (name) => {
    const links = [...readFileSync(join(guide, name), 'utf8').matchAll(/\]\(([\w-]+\.md)\)/g)].map((match) => match[1]);
    expect(links.filter((link) => !pages.includes(link ?? ''))).toEqual([]);
  });
});

test('the page on trouble is made from the errors', async () => {
  const page = troublePage(await sections());
  expect(page).not.toContain('undefined');
  await expect(page).toMatchFileSnapshot(join(guide, 'troubleshooting.md'));
});

const target = 'db.internal:5432';
const details = (type: string, written: Parameters<typeof planned>[1]): never =>
  planned(kindByType(type) as ConnectionKind, written) as never;
const postgres = details('postgres', { HOST: 'db.internal', DATABASE: 'app', USER: 'reader' });
const mysql = details('mysql', { HOST: 'db.internal', USER: 'reader', 'SSL MODE': 'REQUIRED' });
const kafka = details('kafka', {
  BROKERS: ['broker-1.internal:9096'],
  'SASL MECHANISMS': 'SCRAM-SHA-512',
  'SASL USERNAME': 'reader',
  'SASL PASSWORD': { secret: 's' },
});
const registry = details('confluent-schema-registry', {
  URL: 'https://registry.internal:8081',
  USER: 'reader',
  PASSWORD: { secret: 's' },
});

async function sections() {
  return [
    { title: 'The bastion', troubles: bastionTroubles() },
    { title: 'The way behind the bastion', troubles: forwardTroubles() },
    { title: 'TLS', troubles: await Promise.all(tlsTroubles()) },
    { title: 'PostgreSQL', troubles: await Promise.all(postgresTroubles()) },
    { title: 'MySQL and MariaDB', troubles: await Promise.all(mysqlTroubles()) },
    { title: 'Kafka', troubles: await Promise.all(kafkaTroubles()) },
    { title: 'Schema registries', troubles: await Promise.all(registryTroubles()) },
  ];
}

function bastionTroubles(): readonly Trouble[] {
  const key = { ...generateTunnelKey(), publicKey: 'ssh-ed25519 AAAA… materialize' };
  const bastion: TunnelDefinition = {
    id: 'u1',
    name: 'bastion',
    generation: '0',
    host: 'bastion.example.com',
    port: 22,
    user: 'sallyport',
    keys: [
      { slot: 1, ...key },
      { slot: 2, ...key },
    ],
    hostKeys: [],
    through: null,
    ownerIsSuperuser: true,
  };
  const label = tunnelErrors.bastionLabel(bastion);
  const handshake = (title: string, message: string, heard: string): Trouble => ({
    title,
    error: tunnelErrors.handshakeFailed(bastion, new Error(message), heard).error,
  });
  const connect = (title: string, code: string): Trouble => ({
    title,
    error: tunnelErrors.notConnected('bastion.connect', label, Object.assign(new Error(code), { code })),
  });
  const refused = tunnelErrors.keysRefused(bastion, [1, 2], {
    tooManyTries: false,
    error: undefined,
    asked: new Map(),
  });
  return [
    {
      title: 'Its name is not known',
      error: tunnelErrors.notResolved('bastion.resolve', label, bastion.host, undefined),
    },
    connect('It refuses', 'ECONNREFUSED'),
    connect('It does not answer', 'ETIMEDOUT'),
    handshake('Something else listens there', 'Connection lost before handshake', 'HTTP/1.1 400 Bad Request'),
    handshake('Too many logins at once', 'Connection lost before handshake', 'Exceeded MaxStartups'),
    handshake('Our address is being punished', 'Connection lost before handshake', 'Not allowed at this time'),
    handshake('No common algorithm', 'no matching key exchange algorithm', 'SSH-2.0-OpenSSH'),
    { title: 'The keys are not accepted', error: refused.error },
  ];
}

function forwardTroubles(): readonly Trouble[] {
  const bastion = { host: 'bastion.example.com', port: 22 };
  const refused = (title: string, reason: number, text: string): Trouble => ({
    title,
    error: tunnelErrors.forwardRefused(bastion, target, { reason, text }),
  });
  return [
    refused('The bastion may not forward', 1, 'open failed'),
    refused('The bastion does not know the name', 2, 'Name or service not known'),
    refused('Nothing listens there', 2, 'Connection refused'),
    { title: 'No answer', error: tunnelErrors.forwardTimedOut(bastion, target, 10_000) },
    { title: 'The session is lost', error: tunnelErrors.sessionLost(bastion, 'read ECONNRESET') },
  ];
}

function tlsTroubles(): readonly Promise<Trouble>[] {
  const peer = { host: 'db.internal', port: 5432, uncheckedMode: 'SSL MODE require' };
  const tls = (title: string, code: string, message = code, cert?: object) =>
    trouble(title, 'tls', explainTls(Object.assign(new Error(message), { code, cert }), target, peer));
  return [
    tls('An unknown authority', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'),
    tls('An expired certificate', 'CERT_HAS_EXPIRED', '', { valid_to: 'Nov 19 2026 GMT' }),
    tls('A certificate for another name', 'ERR_TLS_CERT_ALTNAME_INVALID', '', { subjectaltname: 'DNS:other.internal' }),
    tls('A client certificate is wanted', 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'),
    tls(
      'No TLS there',
      'ECONNRESET',
      'Client network socket disconnected before secure TLS connection was established',
    ),
  ];
}

function postgresTroubles(): readonly Promise<Trouble>[] {
  const said = (title: string, code: string, message: string) => {
    const cause = Object.assign(new Error(message), { code });
    const failure =
      explainDatabase(cause, target, postgres, 'reader') ?? explainPostgres(cause, target, postgres, 'reader');
    return trouble(title, 'login', failure);
  };
  return [
    said('A wrong password', '28P01', 'password authentication failed for user "reader"'),
    said(
      'No line in pg_hba.conf',
      '28000',
      'no pg_hba.conf entry for host "10.0.0.5", user "reader", database "app", SSL encryption',
    ),
    said(
      'TLS is demanded',
      '28000',
      'no pg_hba.conf entry for host "10.0.0.5", user "reader", database "app", no encryption',
    ),
    said('No such database', '3D000', 'database "app" does not exist'),
    said('The database is closed to the user', '42501', 'permission denied for database "app"'),
    said('Too many connections', '53300', 'sorry, too many clients already'),
    said('A pooler refuses the password', '08P01', 'SASL authentication failed'),
    said('A pooler does not know the database', '08P01', 'no such database: app'),
    said('Something else answers', '', 'Connection terminated unexpectedly'),
  ];
}

function mysqlTroubles(): readonly Promise<Trouble>[] {
  const said = (title: string, code: string, message: string, errno?: number) =>
    trouble(
      title,
      'login',
      explainMysql(Object.assign(new Error(message), { code, errno }), 'db.internal:3306', mysql, 'reader'),
    );
  return [
    said(
      'A wrong password',
      'ER_ACCESS_DENIED_ERROR',
      "Access denied for user 'reader'@'10.0.0.5' (using password: YES)",
    ),
    said(
      'The server knows no such login',
      'ER_HOST_NOT_PRIVILEGED',
      "Host '10.0.0.5' is not allowed to connect to this MySQL server",
    ),
    said('A locked account', '', 'Access denied, this account is locked', 3118),
    said(
      'A password plugin that is not supported',
      'AUTH_SWITCH_PLUGIN_ERROR',
      'Server requests authentication using unknown plugin client_ed25519. See …',
    ),
    said('The server has no TLS', 'HANDSHAKE_NO_SSL_SUPPORT', ''),
  ];
}

function kafkaTroubles(): readonly Promise<Trouble>[] {
  const said = (title: string, name: string, message: string, type?: string) => {
    const cause = Object.assign(new Error(message), { type });
    cause.name = name;
    return trouble(title, 'login', explainKafka(cause, 'broker-1.internal:9096', kafka));
  };
  return [
    said('A wrong password', 'KafkaJSSASLAuthenticationError', 'SASL SCRAM SHA512 authentication failed'),
    said('A mechanism that is not offered', 'KafkaJSProtocolError', '', 'UNSUPPORTED_SASL_MECHANISM'),
    said('No login is asked for', 'KafkaJSProtocolError', '', 'ILLEGAL_SASL_STATE'),
    said('The wrong security protocol', 'KafkaJSConnectionClosedError', 'Closed connection'),
  ];
}

function registryTroubles(): readonly Promise<Trouble>[] {
  const answered = (title: string, statusCode: number, headers: Readonly<Record<string, string>> = {}) =>
    trouble(title, 'http', refusalOf({ statusCode, headers }, registry) ?? { message: '' });
  return [
    answered('A wrong password', 401),
    answered('No right to read', 403),
    answered('No registry at that path', 404),
    answered('A redirect', 302, { location: 'https://login.example.com/' }),
    answered('A page instead of JSON', 200, { 'content-type': 'text/html' }),
  ];
}

/** The failure as the error that a statement ends with. */
async function trouble(title: string, stage: Stage, failure: Failure): Promise<Trouble> {
  const context = { name: 'c', signal: new AbortController().signal } as StageContext;
  const step = { stage, target, deadlineMs: 1_000, explain: () => failure };
  const error = await new Trace(context)
    .step(step, () => Promise.reject(new Error()))
    .catch((thrown: unknown) => thrown);
  if (error instanceof PgError) return { title, error };
  throw error;
}
