import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type pg from 'pg';
import type { AuthenticatedStream, RelayStart, StageContext } from '../kind.ts';
import { LinkedSignal } from '../linked-signal.ts';
import { Trace } from '../trace.ts';
import { textOf } from '../values.ts';
import type { PostgresDetails } from './details.ts';
import { LoginStream } from './login-stream.ts';
import { logIn, openStream } from './session.ts';
import { cancelRequest, startupMessage } from './startup-messages.ts';

const cancelDeadlineMs = 10_000;

/** The parts of a `pg.Client` that are not declared. */
interface Internals {
  readonly connection: NodeJS.EventEmitter & { startup: () => void };
  readonly processID: number | null;
  readonly secretKey: number | null;
}

/** Logs in as VALIDATE does, with a client's own start-up parameters, and hands the stream on behind ReadyForQuery. */
export async function relay(
  details: PostgresDetails,
  context: StageContext,
  { parameters, onReport }: RelayStart,
): Promise<AuthenticatedStream> {
  const trace = new Trace(context, (event) => {
    if ('report' in event) onReport(event.report);
  });
  const stream = await openStream(trace, details);
  // From the login to the relay nobody else listens.
  stream.on('error', () => {});
  const announced = new Map<string, string>();
  try {
    const login = new LoginStream(stream);
    const startup = startupMessage({
      user: textOf(details.user, context.secrets),
      database: details.database,
      parameters,
    });
    const client = await logIn(trace, login, details, (fresh) => {
      const { connection } = internalsOf(fresh);
      // `pg` would ask for UTF-8 whatever the client wants.
      connection.startup = () => void login.write(startup);
      connection.on('parameterStatus', (status: { readonly parameterName: string; readonly parameterValue: string }) =>
        announced.set(status.parameterName, status.parameterValue),
      );
    });
    const { processID, secretKey } = internalsOf(client);
    const cancel = (signal: AbortSignal): Promise<void> =>
      processID === null || secretKey === null
        ? Promise.resolve()
        : sendCancel(details, { ...context, signal }, cancelRequest(processID, secretKey));
    return { stream, parameters: announced, processId: processID, cancel };
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

const internalsOf = (client: pg.Client): Internals => client as unknown as Internals;

/** The server answers by closing the connection. Source: PostgreSQL 16 §55.2.8. */
async function sendCancel(details: PostgresDetails, context: StageContext, request: Buffer): Promise<void> {
  using linked = new LinkedSignal(context.signal, cancelDeadlineMs);
  const stream: Duplex = await openStream(new Trace({ ...context, signal: linked.signal }), details);
  try {
    stream.on('error', () => {});
    stream.resume().write(request);
    if (!stream.closed) await once(stream, 'close', { signal: linked.signal });
  } finally {
    stream.destroy();
  }
}
