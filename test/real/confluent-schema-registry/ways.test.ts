import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CloseStack } from '../../../src/close-stack.ts';
import type { Registry } from '../../../src/connections/confluent-schema-registry/login.ts';
import { type Client, kindByType } from '../../../src/connections/index.ts';
import { failure, planned, type Run, run, stageContext, type Written } from '../../support/connection-run.ts';
import { path, startRegistry, type TestRegistry } from '../../support/registry.ts';
import { createAuthority } from '../../support/tls.ts';
import { openWays, type Way, type Ways } from '../../support/ways.ts';

const kind = kindByType('confluent-schema-registry')!;
const authority = createAuthority('Test Authority');
const trusted = { 'SSL CERTIFICATE AUTHORITY': authority.certificate };
const password = 'correct horse battery staple';
const login = { USER: 'reader', PASSWORD: { secret: password } };
const opened = new CloseStack();
let ways: Ways;
let inside: TestRegistry;
let outside: TestRegistry;

beforeAll(async () => {
  ways = opened.use(await openWays({ hosts: { 'registry.internal': '127.0.0.1', 'other.internal': '127.0.0.1' } }));
  const server = authority.issue({ commonName: 'registry', names: ['DNS:registry.internal', 'IP:127.0.0.1'] });
  const user = { name: 'reader', password };
  [inside, outside] = await Promise.all([
    startRegistry({ netns: ways.netns, server, user }),
    startRegistry({ server, user }),
  ]);
  opened.use(inside);
  opened.use(outside);
}, 600_000);

afterAll(() => opened[Symbol.asyncDispose]());

/** The registry's address below a scheme, as one writes it on that way. */
function urlOf(way: Way, scheme: 'http' | 'https'): string {
  const { httpPort, httpsPort } = way === 'direct' ? outside : inside;
  return `${scheme}://${hostOf(way)}:${scheme === 'http' ? httpPort : httpsPort}${path}`;
}

const hostOf = (way: Way): string => (way === 'direct' ? '127.0.0.1' : 'registry.internal');

const validate = (way: Way, url: string, written: Readonly<Record<string, Written>> = {}): Promise<Run> =>
  run(kind, planned(kind, { URL: url, ...ways.tunnel(way), ...written }), { dial: ways.dial });

describe.each<Way>(['direct', 'tunnel', 'jump'])('%s', (way) => {
  test('http', async () => {
    const result = await validate(way, urlOf(way, 'http'), login);
    expect(result.error).toBeUndefined();
    expect(result.facts).toEqual({ subjects: '0' });
    expect(result.reports.slice(-3).map(({ stage }) => stage)).toEqual(['http', 'login', 'metadata']);
  });

  test('https with a user, a path that ends in a slash', async () => {
    const result = await validate(way, `${urlOf(way, 'https')}/`, { ...login, ...trusted });
    expect(result.error).toBeUndefined();
    expect(result.reports.slice(-4).map(({ stage }) => stage)).toEqual(['tls', 'http', 'login', 'metadata']);
  });

  test('a wrong password', async () => {
    const written = { ...login, PASSWORD: { secret: 'wrong' } };
    const result = await validate(way, urlOf(way, 'http'), written);
    expect(failure(result)).toMatchObject({
      code: '28P01',
      stage: 'login',
      hint: expect.stringContaining('ALTER SECRET'),
    });
  });

  test('nobody listens', async () => {
    expect(failure(await validate(way, `http://${hostOf(way)}:1`))).toMatchObject({
      code: way === 'direct' ? '08001' : '08004',
      stage: way === 'direct' ? 'connect' : 'tunnel.forward',
    });
  });
});

test('a login gives reads below the registry’s path', async () => {
  const url = urlOf('tunnel', 'https');
  const details = planned(kind, { URL: url, ...ways.tunnel('tunnel'), ...login, ...trusted });
  const client = (await kind.login?.(details, stageContext({ dial: ways.dial }))) as Client;
  const registry = client.native as Registry;
  const signal = AbortSignal.timeout(60_000);
  expect(await registry.read('/subjects', signal)).toEqual([]);
  await expect(registry.read('/subjects/none/versions', signal)).rejects.toMatchObject({ code: '55000' });
  await client[Symbol.asyncDispose]();
});

describe('failure', () => {
  test('no user where one is asked for', async () => {
    expect(failure(await validate('tunnel', urlOf('tunnel', 'http')))).toMatchObject({
      code: '28000',
      stage: 'login',
      message: expect.stringContaining('asks for a user and a password (401)'),
      hint: expect.stringContaining('USERNAME'),
    });
  });

  test('a path without a registry', async () => {
    expect(
      failure(await validate('tunnel', `http://registry.internal:${inside.httpPort}/nothing/here`, login)),
    ).toMatchObject({
      code: '08004',
      stage: 'http',
      hint: expect.stringContaining('/apis/ccompat/v7'),
    });
  });

  test('a certificate of an unknown authority', async () => {
    expect(failure(await validate('tunnel', urlOf('tunnel', 'https')))).toMatchObject({
      code: '08001',
      stage: 'tls',
      hint: expect.stringContaining('SSL CERTIFICATE AUTHORITY'),
    });
  });

  test('a certificate for another name', async () => {
    expect(
      failure(await validate('tunnel', `https://other.internal:${inside.httpsPort}${path}`, trusted)),
    ).toMatchObject({
      code: '08001',
      stage: 'tls',
      message: expect.stringContaining('is for other names: registry.internal'),
    });
  });

  test('https to a port that speaks http', async () => {
    expect(
      failure(await validate('tunnel', `https://registry.internal:${inside.httpPort}${path}`, trusted)),
    ).toMatchObject({
      code: '08001',
      stage: 'tls',
    });
  });

  test('http to a port that speaks https', async () => {
    expect(failure(await validate('tunnel', `http://registry.internal:${inside.httpsPort}${path}`))).toMatchObject({
      stage: 'http',
      hint: expect.stringContaining('https://'),
    });
  });
});
