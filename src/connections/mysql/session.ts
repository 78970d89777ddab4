import { type EventEmitter, once } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Connection } from 'mysql2';
import { firstData } from '../first-data.ts';
import { lazy } from '../lazy.ts';
import { hostPort } from '../rules.ts';
import { startTls } from '../tls-handshake.ts';
import { StepFailed, type Trace } from '../trace.ts';
import { textOf } from '../values.ts';
import type { MysqlDetails } from './details.ts';
import { guardParser, useTls } from './internals.ts';
import { explainLogin } from './login-errors.ts';

const mysql2 = lazy(() => import('mysql2'));

const greetingDeadlineMs = 10_000;
const loginDeadlineMs = 10_000;

/** The way to a server that is ready for queries: dial, greeting, TLS, login. The caller ends the client; on failure nothing stays open. */
export async function openSession(trace: Trace, details: MysqlDetails): Promise<Connection> {
  const socket = await trace.dial(details);
  try {
    await greeting(trace, socket, details);
    return await logIn(trace, socket, details);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** A MySQL server speaks first. Its greeting is looked at and put back: mysql2 would wait for ever on other servers' first words. */
async function greeting(trace: Trace, stream: Duplex, details: MysqlDetails): Promise<void> {
  const target = hostPort(details.host, details.port);
  await trace.silently(
    {
      stage: 'login',
      target,
      deadlineMs: greetingDeadlineMs,
      explain: () => ({
        message: `${target} hung up instead of greeting`,
        code: 'connection_failure',
        hint: 'Check host and port. The log of the server says why it hung up.',
      }),
    },
    async (signal) => {
      const first = await firstData(stream, signal);
      if (!isGreeting(first)) {
        throw new StepFailed({
          code: 'connection_failure',
          message: `${target} is no MySQL server: it said ${JSON.stringify(printable(first))}`,
          hint: 'Check host and port.',
        });
      }
      stream.unshift(first);
    },
  );
}

/** A packet header with number 0, then protocol version 10 or an error. Source: MySQL internals, Protocol::Handshake. */
const isGreeting = (bytes: Buffer): boolean => bytes[3] === 0 && (bytes[4] === 10 || bytes[4] === 0xff);

const printable = (bytes: Buffer): string =>
  bytes
    .toString('latin1', 0, 40)
    .replaceAll(/[^ -~]+/g, ' ')
    .trim();

async function logIn(trace: Trace, stream: Duplex, details: MysqlDetails): Promise<Connection> {
  const target = hostPort(details.host, details.port);
  const { createConnection } = await mysql2();
  const user = await trace.silently({ stage: 'login', target, deadlineMs: loginDeadlineMs }, async () =>
    textOf(details.user, trace.context.secrets),
  );
  const encrypted = details.tls.mode !== 'disable';
  return await trace.step(
    {
      stage: 'login',
      target,
      deadlineMs: loginDeadlineMs,
      explain: (cause) => explainLogin(cause, target, details, user),
    },
    async () => {
      const connection = createConnection({
        stream: () => stream,
        host: details.host,
        user,
        password: passwordOf(trace, details),
        connectTimeout: 0,
        // A password in clear text is for encrypted connections only.
        enableCleartextPlugin: encrypted,
        ...(encrypted ? { ssl: {} } : {}),
      } as Parameters<typeof createConnection>[0]);
      guardParser(connection);
      stream.resume();
      const peer = { ...details, uncheckedMode: 'SSL MODE REQUIRED' };
      const upgrade = useTls(connection, (plain) => startTls(trace, plain, details.tls, peer));
      try {
        await once(connection as unknown as EventEmitter, 'connect');
      } catch (error) {
        throw await upgrade.explain(error);
      }
      connection.on('error', () => {});
      return connection;
    },
    () => `user "${user}"`,
  );
}

const passwordOf = (trace: Trace, { passwordSecretId }: MysqlDetails): string =>
  passwordSecretId === null ? '' : trace.context.secrets.text(passwordSecretId).use((password) => password);
