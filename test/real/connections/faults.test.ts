import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createServer } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { kindByType } from '../../../src/connections/index.ts';
import { PgError } from '../../../src/errors/index.ts';
import { failure, planned, type Run, run, type Written } from '../../support/connection-run.ts';
import { directDial } from '../../support/dial.ts';
import { startTcpServer } from '../../support/tcp-server.ts';
import { createAuthority } from '../../support/tls.ts';

/** The faults that are alike for every kind, at one place. A server is anything that listens: what matters is what it fails to do. */
interface Subject {
  readonly type: string;
  readonly options: Readonly<Record<string, Written>>;
  /** The same over TLS, with the host name checked. */
  readonly encrypted: Readonly<Record<string, Written>>;
  /** The user comes out of a secret. */
  readonly secretUser: Readonly<Record<string, Written>>;
  /** The beginning of what a server of this kind says. */
  readonly half: Buffer;
  /** The first step that waits for the server. */
  readonly stage: string;
}

const subjects: readonly Subject[] = [
  {
    type: 'postgres',
    options: { HOST: 'db.internal', DATABASE: 'app', USER: 'app' },
    encrypted: { 'SSL MODE': 'verify-full' },
    secretUser: { USER: { secret: 's' } },
    half: Buffer.from('R\0\0\0\x0c\0\0', 'latin1'),
    stage: 'login',
  },
  {
    type: 'mysql',
    options: { HOST: 'db.internal', USER: 'app' },
    encrypted: { 'SSL MODE': 'VERIFY_IDENTITY' },
    secretUser: { USER: { secret: 's' } },
    half: Buffer.from('\x4a\0\0\0\x0a8.0.36\0\x08\0', 'latin1'),
    stage: 'login',
  },
  {
    type: 'kafka',
    options: { BROKERS: ['db.internal:9092'], 'SECURITY PROTOCOL': 'PLAINTEXT' },
    encrypted: { 'SECURITY PROTOCOL': 'SSL' },
    secretUser: {
      'SECURITY PROTOCOL': 'SASL_PLAINTEXT',
      'SASL MECHANISMS': 'PLAIN',
      'SASL USERNAME': { secret: 's' },
      'SASL PASSWORD': { secret: 's' },
    },
    half: Buffer.from('\0\0\x01\0\0\0\0\x01\0\0', 'latin1'),
    stage: 'login',
  },
  {
    type: 'confluent-schema-registry',
    options: { URL: 'http://db.internal:8081' },
    encrypted: { URL: 'https://db.internal:8081' },
    secretUser: { USER: { secret: 's' } },
    half: Buffer.from('HTTP/1.1 200 OK\r\nContent-Type: applic'),
    stage: 'http',
  },
];

/** Says half of what a server of this kind says, as soon as it would. */
function begin({ type, half }: Subject, socket: Socket, then = (): void => {}): void {
  if (type === 'mysql') socket.write(half, then);
  else socket.once('data', () => socket.write(half, then));
}

/** A reset closes too: a client that leaves without reading everything resets. */
const closing = (socket: Socket): Promise<unknown> =>
  new Promise((resolve) => {
    socket.once('close', resolve).resume();
  });

const validate = (
  subject: Subject,
  place: { readonly host: string; readonly port: number },
  more = {},
): Promise<Run> => {
  const kind = kindByType(subject.type)!;
  return run(kind, planned(kind, { ...subject.options, ...more }), { dial: directDial(() => place) });
};

test('a server that says nothing, or half of its first words, is waited for as long as a step may take', async () => {
  const waits = subjects.flatMap((subject) => [
    { subject, handle: (): void => {} },
    { subject, handle: (socket: Socket): void => begin(subject, socket) },
  ]);
  // All at once: each takes the 10 s that a step may take.
  const outcomes = await Promise.all(
    waits.map(async ({ subject, handle }) => {
      const closed: Promise<unknown>[] = [];
      await using silent = await startTcpServer((socket) => {
        closed.push(closing(socket));
        handle(socket);
      });
      const result = await validate(subject, silent);
      await Promise.all(closed);
      return { subject, result };
    }),
  );
  for (const { subject, result } of outcomes) {
    expect(failure(result)).toMatchObject({
      stage: subject.stage,
      code: expect.stringMatching(/^08/),
      message: expect.stringMatching(/^connection "c": db\.internal:\d+ did not answer within 10 s$/),
      hint: expect.stringContaining('overloaded'),
      lastReport: 'failed',
    });
  }
});

describe.each(subjects.map((subject) => [subject.type, subject] as const))('%s', (_type, subject) => {
  test('a server that hangs up in the middle of its first words', async () => {
    await using hasty = await startTcpServer((socket) => begin(subject, socket.resume(), () => socket.end()));
    const result = await validate(subject, hasty);
    expect(failure(result)).toMatchObject({
      stage: subject.stage,
      code: expect.stringMatching(/^08/),
      hint: expect.any(String),
      lastReport: 'failed',
    });
  });

  test('a secret that cannot be opened is the error of this connection, and nothing stays open', async () => {
    const kind = kindByType(subject.type)!;
    const closed: Promise<unknown>[] = [];
    await using server = await startTcpServer((socket) => {
      closed.push(closing(socket));
      begin(subject, socket);
    });
    const secrets = {
      text: (): never => {
        throw new PgError('data_corrupted', 'secret "s" cannot be opened', { hint: 'Give it its value again.' });
      },
    };
    const details = planned(kind, { ...subject.options, ...subject.secretUser });
    const result = await run(kind, details, { dial: directDial(() => server), secrets });
    expect(failure(result)).toEqual({
      stage: subject.stage,
      code: 'XX001',
      message: 'connection "c": secret "s" cannot be opened',
      hint: 'Give it its value again.',
      lastReport: 'failed',
    });
    await Promise.all(closed);
  });
});

describe('TLS of the kinds that begin with it', () => {
  const authority = createAuthority('Test Authority');
  const beginning = subjects.filter(({ type }) => type === 'kafka' || type === 'confluent-schema-registry');

  test.each(
    beginning.flatMap((subject) => [
      [
        subject.type,
        'an expired certificate',
        { expired: true, names: ['DNS:db.internal'] },
        'has expired',
        subject,
      ] as const,
      [
        subject.type,
        'a certificate for another name',
        { names: ['DNS:other.internal'] },
        'is for other names: other.internal',
        subject,
      ] as const,
    ]),
  )('%s: %s', async (_type, _name, issued, said, subject) => {
    const { certificate, key } = authority.issue({ commonName: 'server', ...issued });
    const server = createServer({ cert: certificate, key }, (socket) => socket.on('error', () => {})).listen(
      0,
      '127.0.0.1',
    );
    await once(server, 'listening');
    const { port } = server.address() as { readonly port: number };
    const trusted = { ...subject.encrypted, 'SSL CERTIFICATE AUTHORITY': authority.certificate };
    const result = await validate(subject, { host: '127.0.0.1', port }, trusted);
    server.close();
    expect(failure(result)).toMatchObject({
      stage: 'tls',
      code: '08001',
      message: expect.stringContaining(said),
      hint: expect.any(String),
    });
  });
});
