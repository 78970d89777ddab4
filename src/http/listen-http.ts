import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeError, type Log, type Metrics } from '../telemetry/index.ts';

const limits = {
  headerBytesMax: 8 * 1024,
  connectionsMax: 256,
  requestsPerConnectionMax: 1_000,
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 10_000,
  keepAliveTimeoutMs: 5_000,
  closeTimeoutMs: 500,
};

export interface HttpOptions {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Resolves when SQL is answered in full; until then /health/ready says 503. */
  readonly ready: Promise<void>;
  readonly metrics: Metrics;
  readonly log: Log;
}

export interface HttpListener extends AsyncDisposable {
  readonly address: { readonly host: string; readonly port: number };
  /** Takes no more connections; ends those that are idle at once and the others after half a second. */
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly allow?: string;
}

/** Health and metrics over HTTP. @throws the system's error (EADDRINUSE …) when it cannot listen. */
export async function listenHttp(options: HttpOptions): Promise<HttpListener> {
  const state = { ready: false };
  options.ready.then(
    () => (state.ready = true),
    () => {},
  );
  const server = createServer(
    { maxHeaderSize: limits.headerBytesMax, requestTimeout: limits.requestTimeoutMs },
    (request, response) => {
      answer(request, () => state.ready, options.metrics)
        .catch((error: unknown) => {
          options.log.error({ err: describeError(error) }, 'http request failed');
          return json(500, { status: 'error' });
        })
        .then((reply) => send(request, response, reply))
        .catch(() => response.destroy());
    },
  );
  server.headersTimeout = limits.headersTimeoutMs;
  server.keepAliveTimeout = limits.keepAliveTimeoutMs;
  server.maxConnections = limits.connectionsMax;
  server.maxRequestsPerSocket = limits.requestsPerConnectionMax;
  await listen(server, options.host, options.port);
  const close = (): Promise<void> => closeServer(server);
  const { port } = server.address() as AddressInfo;
  return { address: { host: options.host, port }, close, [Symbol.asyncDispose]: close };
}

async function answer(request: IncomingMessage, ready: () => boolean, metrics: Metrics): Promise<Answer> {
  const path = (request.url ?? '').split('?', 1)[0];
  const route = path === undefined ? undefined : routes.get(path);
  if (route === undefined) return json(404, { status: 'not found' });
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return { ...json(405, { status: 'method not allowed' }), allow: 'GET, HEAD' };
  }
  return route(ready, metrics);
}

const routes = new Map<string, (ready: () => boolean, metrics: Metrics) => Answer | Promise<Answer>>([
  ['/health/live', () => json(200, { status: 'live' })],
  ['/health/ready', (ready) => (ready() ? json(200, { status: 'ready' }) : json(503, { status: 'starting' }))],
  [
    '/metrics',
    async (_ready, metrics) => {
      const { contentType, body } = await metrics.scrape();
      return { status: 200, contentType, body };
    },
  ],
]);

function json(status: number, body: object): Answer {
  return { status, contentType: 'application/json; charset=utf-8', body: `${JSON.stringify(body)}\n` };
}

function send(request: IncomingMessage, response: ServerResponse, reply: Answer): void {
  request.resume();
  response.writeHead(reply.status, {
    'content-type': reply.contentType,
    'content-length': Buffer.byteLength(reply.body),
    'cache-control': 'no-store',
    ...(reply.allow === undefined ? {} : { allow: reply.allow }),
  });
  response.end(request.method === 'HEAD' ? undefined : reply.body);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const deadline = setTimeout(() => server.closeAllConnections(), limits.closeTimeoutMs);
  try {
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
    });
  } finally {
    clearTimeout(deadline);
  }
}
