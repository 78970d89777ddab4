import type { Duplex } from 'node:stream';
import type { Client, Dispatcher } from 'undici';
import { lazy } from '../lazy.ts';
import { hostPort } from '../rules.ts';
import { startTls } from '../tls-handshake.ts';
import type { Trace } from '../trace.ts';
import { textOf } from '../values.ts';
import type { RegistryDetails } from './details.ts';

const undici = lazy(() => import('undici'));

const answerDeadlineMs = 10_000;
const answerSizeBytesMax = 32 * 1024 * 1024;

/** An HTTP client on one connection of ours: dialled and encrypted by our own steps, whose errors are told apart. */
export async function openClient(trace: Trace, details: RegistryDetails): Promise<Client> {
  const socket = await trace.dial(details);
  try {
    const encrypted = details.tls.mode !== 'disable';
    const peer = { ...details, uncheckedMode: '' };
    const stream = encrypted ? await startTls(trace, socket, details.tls, peer) : socket;
    return await clientOver(stream, `${encrypted ? 'https' : 'http'}://${hostPort(details.host, details.port)}`);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function clientOver(stream: Duplex, origin: string): Promise<Client> {
  const { Client } = await undici();
  let used = false;
  return new Client(origin, {
    headersTimeout: answerDeadlineMs,
    bodyTimeout: answerDeadlineMs,
    maxResponseSize: answerSizeBytesMax,
    connect: (_options, callback) => {
      // A second connection would go round the steps that were checked.
      const closed = used || stream.destroyed;
      used = true;
      // undici waits for ever when it is called back at once.
      process.nextTick(() => {
        if (closed) callback(new Error('the connection was closed'), null);
        else callback(null, stream as Parameters<typeof callback>[1] & Duplex);
      });
    },
  });
}

/** GET of a path below the registry's own. */
export function get(
  client: Client,
  trace: Trace,
  details: RegistryDetails,
  { path, signal }: { readonly path: string; readonly signal: AbortSignal },
): Promise<Dispatcher.ResponseData> {
  return client.request({
    method: 'GET',
    path: `${details.path}${path}`,
    headers: {
      accept: 'application/vnd.schemaregistry.v1+json, application/json',
      'user-agent': 'sallyport',
      ...authorization(trace, details),
    },
    signal,
  });
}

function authorization(trace: Trace, { user, passwordSecretId }: RegistryDetails): { readonly authorization?: string } {
  if (user === null) return {};
  const { secrets } = trace.context;
  const password = passwordSecretId === null ? '' : secrets.text(passwordSecretId).use((text) => text);
  return { authorization: `Basic ${Buffer.from(`${textOf(user, secrets)}:${password}`).toString('base64')}` };
}
