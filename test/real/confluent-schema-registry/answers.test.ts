import { createServer, type Server } from 'node:http';
import { describe, expect, test } from 'vitest';
import { kindByType } from '../../../src/connections/index.ts';
import { failure, planned, type Run, run } from '../../support/connection-run.ts';
import { directDial } from '../../support/dial.ts';
import { freePort } from '../../support/ports.ts';
import { startTcpServer } from '../../support/tcp-server.ts';

const kind = kindByType('confluent-schema-registry')!;

describe('other answers', () => {
  const at = (place: { readonly host: string; readonly port: number }): Promise<Run> =>
    run(kind, planned(kind, { URL: 'http://registry.internal:8081' }), { dial: directDial(() => place) });

  test.each<[string, number, Readonly<Record<string, string>>, string, object]>([
    [
      'an HTML page',
      200,
      { 'content-type': 'text/html; charset=utf-8' },
      '<html>',
      { stage: 'http', message: expect.stringContaining('text/html instead of JSON') },
    ],
    [
      'JSON that is no list',
      200,
      { 'content-type': 'application/json' },
      '{}',
      { stage: 'metadata', hint: expect.stringContaining('/subjects') },
    ],
    [
      'half an answer',
      200,
      { 'content-type': 'application/json', 'content-length': '100' },
      '["a"',
      { stage: 'metadata' },
    ],
    [
      'a redirect',
      302,
      { location: 'https://login.example/' },
      '',
      { stage: 'http', message: expect.stringContaining('https://login.example/') },
    ],
    ['forbidden', 403, {}, '', { stage: 'login', code: '28000' }],
    ['broken', 503, {}, '', { stage: 'http', message: expect.stringContaining('503') }],
  ])('%s', async (_name, status, headers, body, expected) => {
    await using server = await listen(
      createServer((_request, response) => {
        response.writeHead(status, headers);
        if ('content-length' in headers) response.write(body, () => response.destroy());
        else response.end(body);
      }),
    );
    expect(failure(await at(server))).toMatchObject({ code: '08004', ...expected, hint: expect.any(String) });
  });

  test('something that does not speak HTTP', async () => {
    await using noise = await startTcpServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    expect(failure(await at(noise))).toMatchObject({
      stage: 'http',
      message: expect.stringContaining('does not speak HTTP'),
    });
  });

  test('a server that hangs up', async () => {
    await using closing = await startTcpServer((socket) => socket.destroy());
    expect(failure(await at(closing))).toMatchObject({ stage: 'http', code: '08006' });
  });

  test('cancelled while the registry says nothing', async () => {
    const cancel = new AbortController();
    await using silent = await startTcpServer((socket) => socket.once('data', () => cancel.abort()));
    const details = planned(kind, { URL: 'http://registry.internal:8081' });
    const result = await run(kind, details, { dial: directDial(() => silent), signal: cancel.signal });
    expect(failure(result)).toMatchObject({ code: '57014', stage: 'http' });
  });
});

async function listen(server: Server): Promise<{ readonly host: string; readonly port: number } & AsyncDisposable> {
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    host: '127.0.0.1',
    port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
