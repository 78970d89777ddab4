import { execFile } from 'node:child_process';
import { createHash, createHmac, pbkdf2Sync, randomBytes, X509Certificate } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect as tlsConnect, type ConnectionOptions } from 'node:tls';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { doomedVerifier, type Handler, scramVerifier, type TlsMaterial, unixSocketPath } from '../../src/wire/index.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { type Authority, createAuthority } from '../support/tls.ts';
import { errorFields, letters, startupPacket, untyped, WireClient } from '../support/wire-client.ts';
import { listenToy, ToyHandler } from './toy/handler.ts';

const password = 'correct horse';
const authority = createAuthority('test authority');
const server = authority.issue({ commonName: 'localhost', names: ['DNS:localhost', 'IP:127.0.0.1'] });
const tls: TlsMaterial = { cert: server.certificate, key: server.key, clientCa: authority.certificate };

function stored(text: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(text, salt, 4096, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const keys = [createHash('sha256').update(clientKey), createHmac('sha256', salted).update('Server Key')];
  const [storedKey, serverKey] = keys.map((key) => key.digest('base64'));
  return `SCRAM-SHA-256$4096:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}

const patient = { timeout: 60_000 };
const appPassword = stored(password);

/** `app` has a password, `carol` a certificate, `root` is a superuser without either; nobody else exists. */
const verifier: Handler['verifier'] = async ({ user }, peer) => {
  if (user === 'carol') return { method: 'cert' };
  if (user === 'root') return { method: 'trust', superuser: true };
  if (peer.transport === 'unix') return { method: 'peer' };
  return (user === 'app' ? scramVerifier(appPassword) : null) ?? doomedVerifier(user, Buffer.alloc(32, 1));
};

function handler(): ToyHandler {
  const toy = new ToyHandler();
  toy.verifier = verifier;
  return toy;
}

interface Psql {
  readonly stdout: string;
  readonly stderr: string;
}

async function psql(connection: string, environment: Record<string, string> = {}): Promise<Psql> {
  const env = { ...process.env, PGPASSWORD: password, PGCONNECT_TIMEOUT: '20', ...environment };
  const run = promisify(execFile)('psql', ['-XAt', '-w', '-c', 'SELECT 7', connection], { env });
  return run.catch((error: Psql) => ({ stdout: error.stdout, stderr: error.stderr }));
}

test('psql logs in with SCRAM, with every sslmode, bound to the channel where it can be', async () => {
  using directory = temporaryDirectory();
  const rootFile = join(directory.path, 'root.crt');
  writeFileSync(rootFile, authority.certificate);
  await using listener = await listenToy({ handler: handler(), tls });
  const base = `host=localhost hostaddr=127.0.0.1 port=${listener.address.port} user=app dbname=d`;
  for (const mode of ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full']) {
    expect(await psql(`${base} sslmode=${mode} sslrootcert=${rootFile}`)).toEqual({ stdout: '7\n', stderr: '' });
  }
  expect(await psql(`${base} sslmode=require channel_binding=require`)).toEqual({ stdout: '7\n', stderr: '' });
  expect((await psql(`${base} sslmode=disable channel_binding=require`)).stderr).toContain('channel binding');
});

test('without TLS on offer a client that requires it is told so', async () => {
  await using listener = await listenToy({ handler: handler() });
  const base = `host=127.0.0.1 port=${listener.address.port} user=app dbname=d`;
  expect((await psql(`${base} sslmode=require`)).stderr).toContain('does not support SSL');
  expect((await psql(`${base} sslmode=prefer`)).stdout).toBe('7\n');
});

test('a wrong password and an unknown role get the same answer', async () => {
  await using listener = await listenToy({ handler: handler() });
  const base = `host=127.0.0.1 port=${listener.address.port} dbname=d`;
  const wrong = await psql(`${base} user=app`, { PGPASSWORD: 'wrong' });
  const unknown = await psql(`${base} user=ghost`, { PGPASSWORD: password });
  expect(wrong.stderr).toContain('FATAL:  password authentication failed for user "app"');
  expect(unknown.stderr.replace('ghost', 'app')).toBe(wrong.stderr);
});

test('node pg logs in with SCRAM over TLS, and its failure has an SQLSTATE', async () => {
  await using listener = await listenToy({ handler: handler(), tls });
  const settings = {
    host: '127.0.0.1',
    port: listener.address.port,
    user: 'app',
    database: 'd',
    ssl: { ca: authority.certificate },
  };
  const client = new Client({ ...settings, password, enableChannelBinding: true });
  await client.connect();
  expect((await client.query('SELECT 7')).rowCount).toBe(1);
  await client.end();
  const other = new Client({ ...settings, password: 'wrong' });
  other.on('error', () => {});
  await expect(other.connect()).rejects.toMatchObject({ code: '28P01' });
});

test('a client certificate is a login, for its own name only', async () => {
  await using listener = await listenToy({ handler: handler(), tls });
  const stranger = createAuthority('another authority');
  const asCarol = (issuer: Authority, commonName: string): Promise<string> =>
    psqlWithCertificate(listener.address.port, issuer, commonName);
  expect(await asCarol(authority, 'carol')).toBe('7\n');
  expect(await asCarol(authority, 'mallory')).toContain('certificate authentication failed for user "carol"');
  expect(await asCarol(stranger, 'carol')).toContain('connection requires a valid client certificate');
  const none = await psql(`host=127.0.0.1 port=${listener.address.port} user=carol dbname=d sslmode=require`);
  expect(none.stderr).toContain('connection requires a valid client certificate');
});

async function psqlWithCertificate(port: number, issuer: Authority, commonName: string): Promise<string> {
  using directory = temporaryDirectory();
  const { certificate, key } = issuer.issue({ commonName });
  const [certificateFile, keyFile] = [join(directory.path, 'c.crt'), join(directory.path, 'c.key')];
  writeFileSync(certificateFile, certificate);
  writeFileSync(keyFile, key, { mode: 0o600 });
  const connection = `host=127.0.0.1 port=${port} user=carol dbname=d sslmode=require sslcert=${certificateFile} sslkey=${keyFile}`;
  const { stdout, stderr } = await psql(connection);
  return stdout + stderr;
}

/** TLS on the first byte, as sslnegotiation=direct does it. */
async function direct(port: number, options: ConnectionOptions): Promise<WireClient> {
  const socket = tlsConnect({ host: '127.0.0.1', port, ca: authority.certificate, ...options });
  return new WireClient(socket);
}

test('direct TLS is accepted with the right application protocol only', async () => {
  await using listener = await listenToy({ handler: handler(), tls });
  await using client = await direct(listener.address.port, { ALPNProtocols: ['postgresql'] });
  client.startup({ user: 'root' });
  expect(letters(await client.until('Z'))).toBe('RSSSKZ');
  for (const options of [{}, { ALPNProtocols: ['http/1.1'] }]) {
    await using other = await direct(listener.address.port, options);
    other.startup({ user: 'root' });
    expect(letters(await other.untilClosed())).toBe('');
  }
});

test('a client that leaves in the handshake leaves nothing behind', async () => {
  await using listener = await listenToy({ handler: handler(), tls });
  const socket = tlsConnect({
    host: '127.0.0.1',
    port: listener.address.port,
    ca: authority.certificate,
    ALPNProtocols: ['postgresql'],
  });
  await new Promise((resolve) => socket.once('secureConnect', resolve));
  socket.destroy();
  await using client = await WireClient.connect(listener.address);
  client.send(untyped(80_877_103));
  expect(await client.byte()).toBe('S');
  client.send(Buffer.from('1603010200010001fc0303', 'hex'));
  await client[Symbol.asyncDispose]();
  await expect.poll(() => listener.connectionCount, patient).toBe(0);
});

test('bytes stuffed in behind SSLRequest end the connection', async () => {
  await using listener = await listenToy({ handler: handler(), tls });
  await using client = await WireClient.connect(listener.address);
  client.send(untyped(80_877_103), startupPacket({ user: 'root' }));
  expect(errorFields((await client.untilClosed())[0])).toMatchObject({ S: 'FATAL', C: '08P01' });
});

test('TLS below 1.2 is refused', async () => {
  await using listener = await listenToy({ handler: handler(), tls });
  await using client = await direct(listener.address.port, {
    ALPNProtocols: ['postgresql'],
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT@SECLEVEL=0',
  });
  expect(await client.untilClosed()).toEqual([]);
});

test('a new certificate is used by new connections, a broken one is refused and changes nothing', async () => {
  await using listener = await listenToy({ handler: handler(), tls });
  const shown = async (): Promise<string> => {
    const socket = tlsConnect({
      host: '127.0.0.1',
      port: listener.address.port,
      ca: authority.certificate,
      ALPNProtocols: ['postgresql'],
    });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    const { raw } = socket.getPeerCertificate();
    socket.destroy();
    return new X509Certificate(raw).subject;
  };
  expect(await shown()).toBe('CN=localhost');
  await using running = await direct(listener.address.port, { ALPNProtocols: ['postgresql'] });
  running.startup({ user: 'root' });
  await running.until('Z');
  const next = authority.issue({ commonName: 'renewed', names: ['IP:127.0.0.1'] });
  listener.replaceTls({ cert: next.certificate, key: next.key });
  expect(await shown()).toBe('CN=renewed');
  expect(() => listener.replaceTls({ cert: 'no certificate', key: next.key })).toThrow(Error);
  expect(await shown()).toBe('CN=renewed');
  running.query('SELECT 1');
  expect(letters(await running.until('Z'))).toBe('TDCZ');
});

test('a Unix-domain socket logs its user in by peer, and a stale one is replaced', async () => {
  using directory = temporaryDirectory();
  const path = unixSocketPath(directory.path, 6875);
  await promisify(execFile)('python3', [
    '-c',
    `import socket; socket.socket(socket.AF_UNIX).bind(${JSON.stringify(path)})`,
  ]);
  expect(existsSync(path)).toBe(true);
  await using listener = await listenToy({ handler: handler(), path, tls });
  expect(await psql(`host=${directory.path} port=6875 user=anybody dbname=d`)).toEqual({ stdout: '7\n', stderr: '' });
  await expect(listenToy({ path })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await listener[Symbol.asyncDispose]();
  expect(existsSync(path)).toBe(false);
});

test('who does not log in in time is told and closed', async () => {
  await using listener = await listenToy({ handler: handler(), tls, limits: { loginTimeoutMs: 2_000 } });
  await using silent = await WireClient.connect(listener.address);
  await using half = await WireClient.connect(listener.address);
  half.startup({ user: 'app' });
  await using handshaking = await WireClient.connect(listener.address);
  handshaking.send(untyped(80_877_103));
  expect(await handshaking.byte()).toBe('S');
  for (const client of [silent, half]) {
    const last = (await client.untilClosed()).at(-1);
    expect(errorFields(last)).toMatchObject({ S: 'FATAL', C: '57014', M: 'canceling authentication due to timeout' });
  }
  expect(await handshaking.untilClosed()).toEqual([]);
});

test('the oldest connection that has not logged in gives way', async () => {
  await using listener = await listenToy({ handler: handler(), limits: { loginsMax: 2 } });
  await using first = await WireClient.connect(listener.address);
  await using second = await WireClient.connect(listener.address);
  await expect.poll(() => listener.connectionCount, patient).toBe(2);
  await using third = await WireClient.session(listener.address, { user: 'root' });
  expect(errorFields((await first.untilClosed())[0])).toMatchObject({ S: 'FATAL', C: '53300' });
  second.startup({ user: 'root' });
  expect(letters(await second.until('Z'))).toBe('RSSSKZ');
  third.query('SELECT 1');
  expect(letters(await third.until('Z'))).toBe('TDCZ');
});

async function loginError(port: number, user: string): Promise<string | undefined> {
  const client = await WireClient.connect({ port });
  client.startup({ user });
  const fields = errorFields((await client.untilClosed()).at(-1));
  await client[Symbol.asyncDispose]();
  return `${fields['C']} ${fields['M']}`;
}

function trusting(): ToyHandler {
  const toy = new ToyHandler();
  toy.verifier = async ({ user }) => ({ method: 'trust', superuser: user === 'root' });
  return toy;
}

test('connections are limited in total, with some kept for superusers', async () => {
  await using listener = await listenToy({
    handler: trusting(),
    limits: { connectionsMax: 3, superuserConnections: 1 },
  });
  const { port } = listener.address;
  await using one = await WireClient.session({ port });
  await using two = await WireClient.session({ port });
  expect(await loginError(port, 'app')).toBe('53300 remaining connection slots are reserved for superusers');
  await using root = await WireClient.session({ port }, { user: 'root' });
  expect(await loginError(port, 'root')).toBe('53300 sorry, too many clients already');
  await two[Symbol.asyncDispose]();
  await root[Symbol.asyncDispose]();
  await expect.poll(() => listener.connectionCount, patient).toBe(1);
  await using again = await WireClient.session({ port });
  expect([one, again].every((client) => !client.socket.destroyed)).toBe(true);
});

test('connections are limited by role and by address', async () => {
  await using byRole = await listenToy({ handler: trusting(), limits: { connectionsPerRoleMax: 1 } });
  await using held = await WireClient.session(byRole.address, { user: 'app' });
  expect(await loginError(byRole.address.port, 'app')).toBe('53300 too many connections for role "app"');
  await using other = await WireClient.session(byRole.address, { user: 'other' });
  await using byAddress = await listenToy({ handler: trusting(), limits: { connectionsPerAddressMax: 1 } });
  await using first = await WireClient.session(byAddress.address);
  expect(await loginError(byAddress.address.port, 'other')).toBe('53300 too many connections from address "127.0.0.1"');
  expect([held, other, first].every((client) => !client.socket.destroyed)).toBe(true);
});

test('an idle session and an idle transaction are ended after their time', async () => {
  const toy = trusting();
  const enter = toy.enter;
  toy.enter = async (...args) =>
    Object.assign(await enter(...args), { idleTimeouts: { idleMs: 2_000, inTransactionMs: 100 } });
  await using listener = await listenToy({ handler: toy });
  await using idle = await WireClient.session(listener.address);
  expect(errorFields((await idle.untilClosed())[0])).toMatchObject({ S: 'FATAL', C: '57P05' });
  await using open = await WireClient.session(listener.address);
  open.query('BEGIN');
  const frames = await open.untilClosed();
  expect(letters(frames)).toBe('CZE');
  expect(errorFields(frames[2])).toMatchObject({ S: 'FATAL', C: '25P03' });
});
