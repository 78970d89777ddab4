import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { Connection } from 'mysql2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CloseStack } from '../../../src/close-stack.ts';
import { type Client, kindByType } from '../../../src/connections/index.ts';
import { failure, planned, type Run, run, stageContext, type Written } from '../../support/connection-run.ts';
import { directDial } from '../../support/dial.ts';
import { password, startMariadb, type TestMariadb } from '../../support/mariadb.ts';
import { startTcpServer } from '../../support/tcp-server.ts';
import { createAuthority } from '../../support/tls.ts';
import { openWays, type Way, type Ways } from '../../support/ways.ts';

const kind = kindByType('mysql')!;
const authority = createAuthority('Test Authority');
const otherAuthority = createAuthority('Other Authority');
const opened = new CloseStack();
let ways: Ways;
let outside: TestMariadb;
let inside: TestMariadb;
let open: TestMariadb;
let expired: TestMariadb;

beforeAll(async () => {
  const names = ['DNS:db.internal', 'IP:127.0.0.1'];
  const tls = (outdated: boolean) => ({
    server: authority.issue({ commonName: 'db.internal', names, expired: outdated }),
    ca: authority.certificate,
  });
  ways = opened.use(await openWays());
  outside = opened.use(await startMariadb({ tls: tls(false) }));
  inside = opened.use(await startMariadb({ tls: tls(false), netns: ways.netns }));
  open = opened.use(await startMariadb());
  expired = opened.use(await startMariadb({ tls: tls(true) }));
});

afterAll(() => opened[Symbol.asyncDispose]());

const login = { USER: 'app', PASSWORD: { secret: password } };

/** Straight to a server out here, or by name to the one that only the bastion reaches. */
function validate(way: Way, written: Readonly<Record<string, Written>> = {}): Promise<Run> {
  const place =
    way === 'direct' ? { HOST: '127.0.0.1', PORT: outside.port } : { HOST: 'db.internal', PORT: inside.port };
  return run(kind, planned(kind, { ...place, ...login, ...ways.tunnel(way), ...written }), { dial: ways.dial });
}

const carol = authority.issue({ commonName: 'carol' });
const trusted = { 'SSL CERTIFICATE AUTHORITY': authority.certificate };

describe.each<Way>(['direct', 'tunnel', 'jump'])('%s', (way) => {
  test.each<[string, Readonly<Record<string, Written>>]>([
    ['DISABLED', {}],
    ['REQUIRED', { 'SSL MODE': 'REQUIRED' }],
    ['VERIFY_CA', { 'SSL MODE': 'verify_ca', ...trusted }],
    ['VERIFY_IDENTITY', { 'SSL MODE': 'VERIFY_IDENTITY', ...trusted }],
    [
      'client certificate',
      {
        USER: 'carol',
        'SSL MODE': 'VERIFY_IDENTITY',
        ...trusted,
        'SSL CERTIFICATE': carol.certificate,
        'SSL KEY': { secret: carol.key },
      },
    ],
  ])('%s', async (_mode, written) => {
    const result = await validate(way, written);
    expect(result.error).toBeUndefined();
    expect(result.facts).toMatchObject({
      version: expect.stringContaining('MariaDB'),
      log_bin: 'ON',
      binlog_format: 'ROW',
      binlog_row_image: 'FULL',
    });
    expect(result.reports.map(({ stage }) => stage).slice('SSL MODE' in written ? -3 : -2)).toEqual([
      ...('SSL MODE' in written ? ['tls'] : []),
      'login',
      'server',
    ]);
  });

  test('a refusing port', async () => {
    expect(failure(await validate(way, { PORT: 1 }))).toMatchObject({
      code: way === 'direct' ? '08001' : '08004',
      stage: way === 'direct' ? 'connect' : 'tunnel.forward',
      hint: expect.any(String),
    });
  });

  test('an unknown host', async () => {
    expect(failure(await validate(way, { HOST: 'nowhere.invalid' }))).toMatchObject({
      code: way === 'direct' ? '08001' : '08004',
      stage: way === 'direct' ? 'resolve' : 'tunnel.forward',
      message: expect.stringContaining('nowhere.invalid'),
    });
  });

  test('a wrong password', async () => {
    expect(failure(await validate(way, { PASSWORD: { secret: 'wrong' } }))).toMatchObject({
      code: '28P01',
      stage: 'login',
      message: expect.stringContaining('Access denied for user'),
      hint: expect.stringContaining('ALTER SECRET'),
    });
  });

  test('a wrong host name in the certificate', async () => {
    const written = { HOST: 'localhost', 'SSL MODE': 'VERIFY_IDENTITY', ...trusted };
    expect(failure(await validate(way, written))).toMatchObject({
      code: '08001',
      stage: 'tls',
      message: expect.stringContaining('is for other names: db.internal, 127.0.0.1'),
      hint: expect.stringContaining('Set HOST'),
      lastReport: 'failed',
    });
  });
});

test('the server dies in the middle', async () => {
  await using doomed = await startMariadb();
  doomed.freeze();
  const running = validate('direct', { PORT: doomed.port });
  await new Promise((resolve) => setImmediate(resolve));
  await doomed.kill();
  expect(failure(await running)).toMatchObject({ code: expect.stringMatching(/^08/), lastReport: 'failed' });
});

test('a login gives a client that works, and closes everything when disposed of', async () => {
  const place = { HOST: 'db.internal', PORT: inside.port };
  const details = planned(kind, { ...place, ...login, ...ways.tunnel('tunnel') });
  const client = (await kind.login?.(details, stageContext({ dial: ways.dial }))) as Client;
  const connection = (client.native as Connection).promise();
  const [rows] = await connection.query('SELECT 1 AS one');
  expect(rows).toEqual([{ one: 1 }]);
  await client[Symbol.asyncDispose]();
  const sessions = () => inside.sql("SELECT count(*) FROM information_schema.processlist WHERE user = 'app'");
  await expect.poll(sessions).toBe('0');
});

describe('failure', () => {
  const at = (
    server: { readonly host: string; readonly port: number },
    written: Readonly<Record<string, Written>> = {},
  ) => run(kind, planned(kind, { HOST: 'db.internal', ...login, ...written }), { dial: directDial(() => server) });

  test('no password where one is wanted', async () => {
    const result = await run(kind, planned(kind, { HOST: 'db.internal', USER: 'app' }), {
      dial: directDial(() => open),
    });
    expect(failure(result)).toMatchObject({
      code: '28P01',
      stage: 'login',
      hint: expect.stringContaining('SET (PASSWORD = SECRET name)'),
    });
  });

  test('TLS demanded, the server has none', async () => {
    expect(failure(await at(open, { 'SSL MODE': 'REQUIRED' }))).toMatchObject({
      code: '08001',
      stage: 'tls',
      message: 'connection "c": db.internal:3306 does not offer TLS',
      hint: expect.stringContaining('ssl_cert'),
    });
  });

  test('certificate of an unknown authority', async () => {
    const written = { 'SSL MODE': 'VERIFY_CA', 'SSL CERTIFICATE AUTHORITY': otherAuthority.certificate };
    expect(failure(await at(outside, written))).toMatchObject({
      code: '08001',
      stage: 'tls',
      hint: expect.stringContaining('SSL CERTIFICATE AUTHORITY'),
    });
  });

  test('expired certificate', async () => {
    expect(failure(await at(expired, { 'SSL MODE': 'VERIFY_CA', ...trusted }))).toMatchObject({
      code: '08001',
      stage: 'tls',
      message: expect.stringContaining('has expired'),
      hint: expect.stringContaining('Renew'),
    });
  });

  test('client certificate missing', async () => {
    expect(failure(await at(outside, { USER: 'carol', 'SSL MODE': 'REQUIRED' }))).toMatchObject({
      code: '28P01',
      stage: 'login',
      hint: expect.stringContaining('client certificate'),
    });
  });

  test('user that must come over TLS', async () => {
    expect(failure(await at(outside, { USER: 'encrypted' }))).toMatchObject({
      stage: 'login',
      hint: expect.stringContaining('SSL MODE REQUIRED'),
    });
  });

  test('locked account', async () => {
    expect(failure(await at(open, { USER: 'locked' }))).toMatchObject({
      code: '28000',
      stage: 'login',
      hint: expect.stringContaining('ACCOUNT UNLOCK'),
    });
  });

  test('authentication plugin that is not supported', async () => {
    expect(failure(await at(open, { USER: 'edward' }))).toMatchObject({
      code: '28000',
      stage: 'login',
      message:
        'connection "c": db.internal:3306 asks for the authentication plugin client_ed25519, which is not supported',
      hint: expect.stringContaining('mysql_native_password'),
    });
  });

  test('too many connections', async () => {
    const sockets = await Promise.all(Array.from({ length: 22 }, () => openSocket(open)));
    expect(failure(await at(open))).toMatchObject({ code: '53300', stage: 'server', hint: expect.any(String) });
    for (const socket of sockets) socket.destroy();
  });

  test('another kind of server', async () => {
    await using ssh = await startTcpServer((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'));
    expect(failure(await at(ssh))).toMatchObject({
      code: '08006',
      stage: 'login',
      message: 'connection "c": db.internal:3306 is no MySQL server: it said "SSH-2.0-OpenSSH_9.2"',
      hint: 'Check host and port.',
    });
  });

  test('a server that hangs up', async () => {
    await using closing = await startTcpServer((socket) => socket.destroy());
    expect(failure(await at(closing))).toMatchObject({ code: '08006', stage: 'login' });
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('random answers (%d) end in an error and nothing else', async (seed) => {
    await using noise = await startTcpServer((socket) => socket.end(randomGreeting(seed)));
    expect(failure(await at(noise))).toMatchObject({ code: expect.any(String), stage: expect.any(String) });
    expect(failure(await at(noise, { 'SSL MODE': 'REQUIRED' }))).toMatchObject({ code: expect.any(String) });
  });

  test('cancelled while the server says nothing: ends at once and leaves nothing open', async () => {
    let seen = (_socket: Socket): void => {};
    const accepted = new Promise<Socket>((resolve) => (seen = resolve));
    await using silent = await startTcpServer((socket) => seen(socket));
    const cancel = new AbortController();
    const details = planned(kind, { HOST: 'db.internal', USER: 'app' });
    const running = run(kind, details, { dial: directDial(() => silent), signal: cancel.signal });
    const socket = await accepted;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.resume();
    cancel.abort();
    expect(failure(await running)).toMatchObject({ code: '57014' });
    await closed;
  });
});

function openSocket({ host, port }: { readonly host: string; readonly port: number }): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host);
    socket.once('data', () => resolve(socket)).once('error', reject);
  });
}

/** A greeting that begins as one should and goes on at random. */
function randomGreeting(seed: number): Buffer {
  const body = createHash('sha512').update(String(seed)).digest();
  body[0] = seed % 2 === 0 ? 10 : 0xff;
  return Buffer.concat([Buffer.from([body.length, 0, 0, 0]), body, Buffer.from([3, 0, 0, 1, 0xfe, seed, 0])]);
}
