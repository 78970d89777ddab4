import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { listenHttp } from '../../../src/http/index.ts';
import { createMetrics, silentLog } from '../../../src/telemetry/index.ts';

function start(ready: Promise<void> = Promise.resolve()) {
  return listenHttp({ host: '127.0.0.1', port: 0, ready, metrics: createMetrics(), log: silentLog });
}

describe('listenHttp', () => {
  it('says that it lives, and whether it is ready', async () => {
    let becomeReady = (): void => {};
    const ready = new Promise<void>((resolve) => (becomeReady = resolve));
    await using http = await start(ready);
    const url = `http://127.0.0.1:${http.address.port}`;
    const live = await fetch(`${url}/health/live`);
    expect([live.status, await live.json()]).toEqual([200, { status: 'live' }]);
    const starting = await fetch(`${url}/health/ready`);
    expect([starting.status, await starting.json()]).toEqual([503, { status: 'starting' }]);
    becomeReady();
    await ready;
    const answer = await fetch(`${url}/health/ready?verbose`);
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ready' }]);
  });

  it('stays not ready when readiness fails', async () => {
    await using http = await start(Promise.reject(new Error('no mirror')));
    expect((await fetch(`http://127.0.0.1:${http.address.port}/health/ready`)).status).toBe(503);
  });

  it('shows metrics', async () => {
    await using http = await start();
    const answer = await fetch(`http://127.0.0.1:${http.address.port}/metrics`);
    expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    expect(await answer.text()).toContain('process_resident_memory_bytes');
  });

  it('refuses other paths and methods', async () => {
    await using http = await start();
    const url = `http://127.0.0.1:${http.address.port}`;
    expect((await fetch(`${url}/`)).status).toBe(404);
    expect((await fetch(`${url}/__proto__`)).status).toBe(404);
    const posted = await fetch(`${url}/metrics`, { method: 'POST', body: 'x'.repeat(100_000) });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    const head = await fetch(`${url}/health/live`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('goes on after bytes that are no HTTP', async () => {
    await using http = await start();
    const socket = connect(http.address.port, '127.0.0.1');
    socket.end(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]));
    socket.resume().on('error', () => {});
    await new Promise((resolve) => socket.once('close', resolve));
    expect((await fetch(`http://127.0.0.1:${http.address.port}/health/live`)).status).toBe(200);
  });

  it('fails to listen where another does', async () => {
    await using http = await start();
    const { port } = http.address;
    const again = listenHttp({
      ...http.address,
      port,
      ready: Promise.resolve(),
      metrics: createMetrics(),
      log: silentLog,
    });
    await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE', port });
  });

  it('closes with connections open, and twice', async () => {
    const http = await start();
    const socket = connect(http.address.port, '127.0.0.1');
    await once(socket, 'connect');
    await Promise.all([once(socket, 'close'), http.close()]);
    await http.close();
    await expect(fetch(`http://127.0.0.1:${http.address.port}/`)).rejects.toThrow('fetch failed');
  });
});
