import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kindByType } from '../../../src/connections/index.ts';
import { failure, planned, run, type Written } from '../../support/connection-run.ts';
import { directDial } from '../../support/dial.ts';
import { freePort } from '../../support/ports.ts';
import { password, startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { startTcpServer } from '../../support/tcp-server.ts';
import { createAuthority } from '../../support/tls.ts';

const kind = kindByType('postgres')!;
const authority = createAuthority('Test Authority');
const otherAuthority = createAuthority('Other Authority');
const names = ['DNS:db.internal'];
const servers: TestPostgres[] = [];
let [encrypted, open, expired]: TestPostgres[] = [];

beforeAll(async () => {
  const server = (outdated: boolean) => ({
    server: authority.issue({ commonName: 'db.internal', names, expired: outdated }),
    ca: authority.certificate,
  });
  encrypted = await startPostgres({ tls: server(false) });
  open = await startPostgres();
  expired = await startPostgres({ tls: server(true) });
  servers.push(encrypted, open, expired);
});

afterAll(async () => {
  for (const server of servers) await server[Symbol.asyncDispose]();
});

/** `db.internal` resolves nowhere: only the dial knows where it is. */
function validate(
  server: TestPostgres | { readonly host: string; readonly port: number },
  written: Record<string, Written>,
) {
  const details = planned(kind, {
    HOST: 'db.internal',
    DATABASE: 'app',
    USER: 'app',
    PASSWORD: { secret: password },
    ...written,
  });
  return run(kind, details, { dial: directDial(() => ({ host: server.host, port: server.port })) });
}

describe('success', () => {
  test('SCRAM without TLS, and what the server is', async () => {
    const result = await validate(open!, {});
    expect(result.error).toBeUndefined();
    expect(result.reports.map(({ stage, status }) => `${stage} ${status}`)).toEqual([
      'connect ok',
      'login ok',
      'database ok',
      'server ok',
    ]);
    expect(result.facts).toEqual({ version: expect.stringMatching(/^\d+/), standby: 'no', wal_level: 'replica' });
    expect(result.reports[1]?.detail).toBe('user "app", SCRAM-SHA-256');
  });

  test('SCRAM with channel binding, host name checked', async () => {
    const result = await validate(encrypted!, {
      'SSL MODE': 'verify-full',
      'SSL CERTIFICATE AUTHORITY': authority.certificate,
    });
    expect(result.error).toBeUndefined();
    expect(result.reports[1]).toMatchObject({ stage: 'tls', status: 'ok' });
    expect(result.reports[1]?.detail).toMatch(/^TLSv1\.3, certificate for db\.internal, valid until \d{4}-\d\d-\d\d$/);
    expect(result.reports[2]?.detail).toBe('user "app", SCRAM-SHA-256 with channel binding');
  });

  test.each([
    ['md5', { USER: 'old' }, 'user "old", md5'],
    ['a password in clear text', { USER: 'plain' }, 'user "plain", password in clear text'],
    ['no password', { USER: 'trusted' }, 'user "trusted", no password asked for'],
  ])('%s', async (_name, written, detail) => {
    const result = await validate(open!, written);
    expect(result.error).toBeUndefined();
    expect(result.reports.find(({ stage }) => stage === 'login')?.detail).toBe(detail);
  });

  test('client certificate', async () => {
    const client = authority.issue({ commonName: 'carol' });
    const result = await validate(encrypted!, {
      USER: 'carol',
      'SSL MODE': 'verify-ca',
      'SSL CERTIFICATE AUTHORITY': authority.certificate,
      'SSL CERTIFICATE': client.certificate,
      'SSL KEY': { secret: client.key },
    });
    expect(result.error).toBeUndefined();
  });

  test.each(['require', 'verify-ca'])('%s does not check the host name', async (mode) => {
    const written = { 'SSL MODE': mode, 'SSL CERTIFICATE AUTHORITY': authority.certificate, HOST: 'other.internal' };
    expect((await validate(encrypted!, written)).error).toBeUndefined();
  });

  test('require takes an expired certificate', async () => {
    expect((await validate(expired!, { 'SSL MODE': 'require' })).error).toBeUndefined();
  });
});

describe('failure', () => {
  test('wrong password', async () => {
    expect(failure(await validate(open!, { PASSWORD: { secret: 'wrong' } }))).toMatchObject({
      code: '28P01',
      stage: 'login',
      message: 'connection "c": db.internal:5432 says: password authentication failed for user "app"',
      hint: expect.stringContaining('ALTER SECRET'),
      lastReport: 'failed',
    });
  });

  test('no password where one is wanted', async () => {
    const details = planned(kind, { HOST: 'db.internal', DATABASE: 'app', USER: 'app' });
    const result = await run(kind, details, { dial: directDial(() => open!) });
    expect(failure(result)).toMatchObject({
      code: '28P01',
      stage: 'login',
      message: expect.stringContaining('the connection has none'),
      hint: expect.stringContaining('SET (PASSWORD = SECRET name)'),
    });
  });

  test('unknown database', async () => {
    expect(failure(await validate(open!, { DATABASE: 'nowhere' }))).toMatchObject({
      code: '3D000',
      stage: 'database',
      message: expect.stringContaining('database "nowhere" does not exist'),
      hint: expect.stringContaining('DATABASE'),
    });
  });

  test('database that the user may not enter', async () => {
    expect(failure(await validate(open!, { DATABASE: 'closed' }))).toMatchObject({
      code: '42501',
      stage: 'database',
      hint: expect.stringContaining('GRANT CONNECT ON DATABASE "closed" TO "app"'),
    });
  });

  test('user without a line in pg_hba.conf', async () => {
    expect(failure(await validate(encrypted!, { USER: 'barred', 'SSL MODE': 'require' }))).toMatchObject({
      code: '28000',
      stage: 'login',
      hint: expect.stringContaining('hostssl "app" "barred" 127.0.0.1/32 scram-sha-256'),
    });
  });

  test('user that must come over TLS', async () => {
    expect(failure(await validate(encrypted!, { USER: 'encrypted' }))).toMatchObject({
      code: '28000',
      stage: 'login',
      hint: expect.stringContaining('SSL MODE require'),
    });
  });

  test('client certificate missing', async () => {
    expect(failure(await validate(encrypted!, { USER: 'carol', 'SSL MODE': 'require' }))).toMatchObject({
      code: '28000',
      stage: 'login',
      hint: expect.stringContaining('SSL CERTIFICATE'),
    });
  });

  test('client certificate of an unknown authority', async () => {
    const client = otherAuthority.issue({ commonName: 'carol' });
    const written = {
      USER: 'carol',
      'SSL MODE': 'require',
      'SSL CERTIFICATE': client.certificate,
      'SSL KEY': { secret: client.key },
    };
    expect(failure(await validate(encrypted!, written))).toMatchObject({
      code: '08001',
      stage: 'tls',
      hint: expect.stringContaining('client certificate'),
    });
  });

  test('TLS demanded, the server has none', async () => {
    expect(failure(await validate(open!, { 'SSL MODE': 'require' }))).toMatchObject({
      code: '08001',
      stage: 'tls',
      message: 'connection "c": db.internal:5432 does not offer TLS',
      hint: expect.stringContaining('ssl = on'),
    });
  });

  test('certificate of an unknown authority', async () => {
    const written = { 'SSL MODE': 'verify-full', 'SSL CERTIFICATE AUTHORITY': otherAuthority.certificate };
    expect(failure(await validate(encrypted!, written))).toMatchObject({
      code: '08001',
      stage: 'tls',
      message: expect.stringContaining('not signed by a trusted authority'),
      hint: expect.stringContaining('SSL CERTIFICATE AUTHORITY'),
    });
  });

  test('certificate for another name', async () => {
    const written = {
      HOST: 'other.internal',
      'SSL MODE': 'verify-full',
      'SSL CERTIFICATE AUTHORITY': authority.certificate,
    };
    expect(failure(await validate(encrypted!, written))).toMatchObject({
      code: '08001',
      stage: 'tls',
      message: 'connection "c": the certificate of other.internal:5432 is for other names: db.internal',
      hint: expect.stringContaining('Set HOST'),
    });
  });

  test('expired certificate', async () => {
    const written = { 'SSL MODE': 'verify-ca', 'SSL CERTIFICATE AUTHORITY': authority.certificate };
    expect(failure(await validate(expired!, written))).toMatchObject({
      code: '08001',
      stage: 'tls',
      message: expect.stringContaining('has expired'),
      hint: expect.stringContaining('Renew'),
    });
  });

  test.each([
    ['SSL CERTIFICATE AUTHORITY', { 'SSL CERTIFICATE AUTHORITY': 'nonsense' }],
    [
      'SSL CERTIFICATE',
      { 'SSL CERTIFICATE': 'nonsense', 'SSL KEY': { secret: authority.issue({ commonName: 'x' }).key } },
    ],
    ['SSL KEY', { 'SSL CERTIFICATE': authority.certificate, 'SSL KEY': { secret: 'nonsense' } }],
    [
      'SSL KEY',
      {
        'SSL CERTIFICATE': authority.certificate,
        'SSL KEY': { secret: otherAuthority.issue({ commonName: 'x' }).key },
      },
    ],
  ])('%s that is not usable', async (option, written) => {
    const result = await validate(encrypted!, { 'SSL MODE': 'verify-full', ...written });
    expect(failure(result)).toMatchObject({ code: '22023', stage: 'tls', message: expect.stringContaining(option) });
    expect(JSON.stringify(result)).not.toContain('nonsense');
  });

  test('nobody listens', async () => {
    const result = await validate({ host: '127.0.0.1', port: await freePort() }, {});
    expect(failure(result)).toMatchObject({ code: '08001', stage: 'connect', lastReport: 'failed' });
  });

  test('something that is no database', async () => {
    await using http = await startTcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(failure(await validate(http, {}))).toMatchObject({
      stage: 'login',
      hint: expect.stringContaining('Check host and port'),
    });
    expect(failure(await validate(http, { 'SSL MODE': 'require' }))).toMatchObject({ code: '08001', stage: 'tls' });
  });

  test('a server that hangs up', async () => {
    await using closing = await startTcpServer((socket) => socket.destroy());
    expect(failure(await validate(closing, {}))).toMatchObject({ code: '08006', stage: 'login' });
    expect(failure(await validate(closing, { 'SSL MODE': 'require' }))).toMatchObject({ code: '08001', stage: 'tls' });
  });

  test('cancelled while the server says nothing: ends at once and leaves nothing open', async () => {
    let seen = (_socket: Socket): void => {};
    const accepted = new Promise<Socket>((resolve) => (seen = resolve));
    await using silent = await startTcpServer((socket) => socket.once('data', () => seen(socket)));
    const cancel = new AbortController();
    const details = planned(kind, { HOST: 'db.internal', DATABASE: 'app', USER: 'app' });
    const running = run(kind, details, { dial: directDial(() => silent), signal: cancel.signal });
    const socket = await accepted;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.resume();
    cancel.abort();
    expect(failure(await running)).toMatchObject({ code: '57014', stage: 'login' });
    await closed;
  });

  test('a secret that cannot be opened is the error of this connection', async () => {
    const { undefinedItem } = await import('../../../src/errors/index.ts');
    const details = planned(kind, { HOST: 'db.internal', DATABASE: 'app', USER: 'app', PASSWORD: { secret: 'gone' } });
    const secrets = {
      text: (): never => {
        throw undefinedItem('gone');
      },
    };
    const result = await run(kind, details, { dial: directDial(() => open!), secrets });
    expect(failure(result)).toMatchObject({
      stage: 'login',
      code: '42704',
      message: expect.stringContaining("'gone'"),
    });
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('random answers (%d) end in an error and nothing else', async (seed) => {
    await using noise = await startTcpServer((socket) => socket.end(randomAnswer(seed)));
    expect(failure(await validate(noise, {}))).toMatchObject({ code: expect.any(String), stage: expect.any(String) });
  });
});

/** A well-formed message of a random type with random contents. */
function randomAnswer(seed: number): Buffer {
  const body = createHash('sha512').update(String(seed)).digest();
  const type = 'REKSTDZCAvNn'.charCodeAt(seed % 12);
  const header = Buffer.alloc(5);
  header.writeUInt8(type, 0);
  header.writeUInt32BE(4 + body.length, 1);
  return Buffer.concat([header, body]);
}
