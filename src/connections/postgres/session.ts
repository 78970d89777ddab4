import type { Duplex } from 'node:stream';
import type pg from 'pg';
import { lazy } from '../lazy.ts';
import { hostPort } from '../rules.ts';
import { StepFailed, type Trace } from '../trace.ts';
import { textOf } from '../values.ts';
import type { PostgresDetails } from './details.ts';
import { guardMessages } from './guard-messages.ts';
import { explainDatabase, explainLogin } from './login-errors.ts';
import { requestTls } from './request-tls.ts';

const pgModule = lazy(() => import('pg'));

const loginDeadlineMs = 10_000;

/** The way to a database that is ready for queries: dial, TLS, login. The caller ends the client; on failure nothing stays open. */
export async function openSession(trace: Trace, details: PostgresDetails): Promise<pg.Client> {
  const stream = await openStream(trace, details);
  try {
    return await logIn(trace, stream, details);
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

/** The way to a server that waits for a start-up message: dial and TLS. On failure nothing stays open. */
export async function openStream(trace: Trace, details: PostgresDetails): Promise<Duplex> {
  const socket = await trace.dial(details);
  try {
    return details.tls.mode === 'disable' ? socket : await requestTls(trace, socket, details);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Logs in over an open stream. `prepare` may change the client before it begins. */
export async function logIn(
  trace: Trace,
  stream: Duplex,
  details: PostgresDetails,
  prepare: (client: pg.Client) => void = () => {},
): Promise<pg.Client> {
  const target = hostPort(details.host, details.port);
  const { Client } = (await pgModule()).default;
  const user = await trace.silently({ stage: 'login', target, deadlineMs: loginDeadlineMs }, async () =>
    textOf(details.user, trace.context.secrets),
  );
  const client = new Client({
    user,
    password: () => passwordFor(trace, details, user),
    database: details.database,
    stream: () => guardMessages(alreadyConnected(stream)),
    ssl: false,
    enableChannelBinding: true,
    application_name: 'sallyport',
  });
  const method = authenticationMethod(client);
  client.on('error', () => {});
  prepare(client);
  await trace.step(
    {
      stage: 'login',
      target,
      deadlineMs: loginDeadlineMs,
      explain: (cause) => explainDatabase(cause, target, details, user) ?? explainLogin(cause, target, details, user),
    },
    () => client.connect(),
    () => `user "${user}", ${method()}`,
  );
  trace.report({ stage: 'database', target: `database "${details.database}"`, status: 'ok', durationMs: 0 });
  return client;
}

/** Asked for by `pg` only when the server wants one, so that a missing password is told apart from a wrong one. */
function passwordFor(trace: Trace, details: PostgresDetails, user: string): string {
  if (details.passwordSecretId !== null) {
    return trace.context.secrets.text(details.passwordSecretId).use((password) => password);
  }
  const target = hostPort(details.host, details.port);
  throw new StepFailed({
    message: `${target} asks for the password of user "${user}", and the connection has none`,
    hint: `CREATE SECRET name AS '...'; ALTER CONNECTION ${trace.context.name} SET (PASSWORD = SECRET name);`,
  });
}

/** `pg` connects the stream itself; this one is connected already. */
function alreadyConnected(stream: Duplex): Duplex {
  return Object.assign(stream, {
    connect: () => {
      process.nextTick(() => stream.emit('connect'));
      return stream;
    },
    setNoDelay: () => stream,
    setKeepAlive: () => stream,
    ref: () => stream,
    unref: () => stream,
  });
}

/** How the server asked for the password; read when the login is done. */
function authenticationMethod(client: pg.Client): () => string {
  let method = 'no password asked for';
  const { connection } = client as unknown as { readonly connection: NodeJS.EventEmitter };
  connection.once('authenticationCleartextPassword', () => (method = 'password in clear text'));
  connection.once('authenticationMD5Password', () => (method = 'md5'));
  connection.once('authenticationSASL', (message: { readonly mechanisms: readonly string[] }) => {
    method = message.mechanisms.includes('SCRAM-SHA-256-PLUS') ? 'SCRAM-SHA-256 with channel binding' : 'SCRAM-SHA-256';
  });
  return () => method;
}
