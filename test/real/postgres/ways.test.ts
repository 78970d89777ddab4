import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CloseStack } from '../../../src/close-stack.ts';
import { kindByType } from '../../../src/connections/index.ts';
import { failure, planned, type Run, run, type Written } from '../../support/connection-run.ts';
import { password, startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { createAuthority } from '../../support/tls.ts';
import { openWays, type Way, type Ways } from '../../support/ways.ts';

const kind = kindByType('postgres')!;
const authority = createAuthority('Test Authority');
const names = ['DNS:db.internal', 'IP:127.0.0.1'];
const opened = new CloseStack();
let ways: Ways;
let outside: TestPostgres;
let inside: TestPostgres;

beforeAll(async () => {
  const tls = { server: authority.issue({ commonName: 'db.internal', names }), ca: authority.certificate };
  ways = opened.use(await openWays());
  const settings = { listen_addresses: '127.0.0.1,::1' };
  outside = opened.use(await startPostgres({ tls, settings }));
  inside = opened.use(await startPostgres({ tls, settings, netns: ways.netns }));
});

afterAll(() => opened[Symbol.asyncDispose]());

/** Straight to a server out here, or by name to the one that only the bastion reaches. */
function validate(way: Way, written: Readonly<Record<string, Written>> = {}): Promise<Run> {
  const place =
    way === 'direct' ? { HOST: '127.0.0.1', PORT: outside.port } : { HOST: 'db.internal', PORT: inside.port };
  const base = { ...place, DATABASE: 'app', USER: 'app', PASSWORD: { secret: password } };
  return run(kind, planned(kind, { ...base, ...ways.tunnel(way), ...written }), { dial: ways.dial });
}

/** Where the last step of the way itself is in the reports. */
const wayStages = ({ reports }: Run): number =>
  reports.findLastIndex(({ stage }) => /^(connect|tunnel\.forward)$/.test(stage));

const client = authority.issue({ commonName: 'carol' });
const trusted = { 'SSL CERTIFICATE AUTHORITY': authority.certificate };

describe.each<Way>(['direct', 'tunnel', 'jump'])('%s', (way) => {
  test.each<[string, Readonly<Record<string, Written>>]>([
    ['disable', {}],
    ['require', { 'SSL MODE': 'require' }],
    ['verify-ca', { 'SSL MODE': 'verify-ca', ...trusted }],
    ['verify-full', { 'SSL MODE': 'verify-full', ...trusted }],
    [
      'client certificate',
      {
        USER: 'carol',
        'SSL MODE': 'verify-full',
        ...trusted,
        'SSL CERTIFICATE': client.certificate,
        'SSL KEY': { secret: client.key },
      },
    ],
  ])('%s', async (_mode, written) => {
    const result = await validate(way, written);
    expect(result.error).toBeUndefined();
    expect(result.facts).toMatchObject({ standby: 'no' });
    expect(result.reports.map(({ stage }) => stage).slice(wayStages(result))).toEqual([
      way === 'direct' ? 'connect' : 'tunnel.forward',
      ...('SSL MODE' in written ? ['tls'] : []),
      'login',
      'database',
      'server',
    ]);
  });

  test('a refusing port', async () => {
    expect(failure(await validate(way, { PORT: 1 }))).toMatchObject({
      code: way === 'direct' ? '08001' : '08004',
      stage: way === 'direct' ? 'connect' : 'tunnel.forward',
      message: expect.stringMatching(/^connection "c": .*:1/),
      hint: expect.any(String),
      lastReport: 'failed',
    });
  });

  test('an unknown host', async () => {
    expect(failure(await validate(way, { HOST: 'nowhere.invalid' }))).toMatchObject({
      code: way === 'direct' ? '08001' : '08004',
      stage: way === 'direct' ? 'resolve' : 'tunnel.forward',
      message: expect.stringContaining('nowhere.invalid'),
      hint: expect.any(String),
    });
  });

  test('a wrong password', async () => {
    expect(failure(await validate(way, { PASSWORD: { secret: 'wrong' } }))).toMatchObject({
      code: '28P01',
      stage: 'login',
    });
  });

  test('a wrong host name in the certificate', async () => {
    expect(failure(await validate(way, { HOST: 'localhost', 'SSL MODE': 'verify-full', ...trusted }))).toMatchObject({
      code: '08001',
      stage: 'tls',
      message: expect.stringContaining('is for other names: db.internal, 127.0.0.1'),
    });
  });
});

test('the whole way is reported, the jump host first, and a session that runs already is said to be', async () => {
  const { reports } = await validate('jump');
  expect(reports.slice(0, 2)).toMatchObject([
    { stage: 'tunnel.session', status: 'reused', target: expect.stringContaining(String(ways.bastion.port)) },
    { stage: 'tunnel.forward', status: 'ok', target: expect.stringContaining('db.internal:5432') },
  ]);
});

test.each<[Way, string]>([
  ['direct', '::1'],
  ['tunnel', '[::1]'],
  ['jump', '::1'],
])('%s: the IPv6 address %s', async (way, host) => {
  const result = await validate(way, { HOST: host, 'SSL MODE': 'require' });
  expect(result.error).toBeUndefined();
  expect(result.reports.at(-1)?.target).toMatch(/^\[::1\]:\d+$/);
});

test('nothing bypasses the tunnel: the name means nothing out here', async () => {
  expect(failure(await validate('direct', { HOST: 'db.internal' }))).toMatchObject({ stage: 'resolve', code: '08001' });
});

test('a black hole behind the bastion', async () => {
  const nowhere = ways.netns.address.replace(/\d+$/, (last) => String(Number(last) + 3));
  ways.netns.exec('ip', ['neigh', 'add', nowhere, 'lladdr', '02:00:00:00:00:01', 'dev', 'eth0']);
  expect(failure(await validate('tunnel', { HOST: nowhere }))).toMatchObject({
    stage: 'tunnel.forward',
    message: expect.stringContaining(nowhere),
    hint: expect.any(String),
  });
});

test('the server dies in the middle', async () => {
  await using doomed = await startPostgres();
  doomed.freeze();
  const running = validate('direct', { PORT: doomed.port });
  await new Promise((resolve) => setImmediate(resolve));
  await doomed.kill();
  expect(failure(await running)).toMatchObject({ code: expect.stringMatching(/^(08|57P0)/) });
});
