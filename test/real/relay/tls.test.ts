import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority } from '../../support/tls.ts';
import { createRelayWorld, type RelayWorld } from './world.ts';

let world: RelayWorld;
const folder = mkdtempSync(join(tmpdir(), 'sallyport-relay-tls-'));

beforeAll(async () => {
  const door = createAuthority('door');
  const certificate = door.issue({ commonName: 'localhost', names: ['DNS:localhost', 'IP:127.0.0.1'] });
  for (const [name, text] of Object.entries({
    ca: door.certificate,
    crt: certificate.certificate,
    key: certificate.key,
  })) {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
  }
  world = await createRelayWorld({ args: ['--tls-cert', join(folder, 'crt'), '--tls-key', join(folder, 'key')] });
  const carol = world.authority.issue({ commonName: 'carol' });
  await world.sql(`CREATE SECRET ca AS '${world.authority.certificate}'; CREATE SECRET carol_key AS '${carol.key}';
    CREATE SECRET carol_certificate AS '${carol.certificate}'; CREATE SECRET stranger AS '${door.certificate}';`);
});

afterAll(async () => {
  await world[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const facts = `SELECT current_user, ssl, ssl IS NOT DISTINCT FROM true AND client_dn IS NOT NULL
  FROM pg_stat_ssl WHERE pid = pg_backend_pid()`;

const asked = (database: string, sslmode: string) =>
  world.run('psql', ['-XAtc', facts], {
    database,
    environment: { PGSSLMODE: sslmode, PGSSLROOTCERT: join(folder, 'ca') },
  });

describe('TLS on either side is independent', () => {
  it.each([
    ['none', { 'SSL MODE': "'disable'" }, 'app|f|f\n'],
    ['SCRAM with channel binding', { 'SSL MODE': "'require'", USER: "'encrypted'" }, 'encrypted|t|f\n'],
    ['md5', { USER: "'old'" }, 'old|t|f\n'],
    ['clear text', { USER: "'plain'" }, 'plain|t|f\n'],
    ['no password', { USER: "'trusted'", PASSWORD: '' }, 'trusted|t|f\n'],
    ['verify-full', { 'SSL MODE': "'verify-full'", 'SSL CERTIFICATE AUTHORITY': 'SECRET ca' }, 'app|t|f\n'],
    [
      'a client certificate',
      {
        ...{ USER: "'carol'", PASSWORD: '', 'SSL MODE': "'verify-full'", 'SSL CERTIFICATE AUTHORITY': 'SECRET ca' },
        ...{ 'SSL KEY': 'SECRET carol_key', 'SSL CERTIFICATE': 'SECRET carol_certificate' },
      },
      'carol|t|t\n',
    ],
  ] as const)('to the server: %s', async (what, options, answer) => {
    const name = `"to ${what}"`;
    await world.declare(name, options);
    for (const sslmode of ['disable', 'verify-full']) {
      expect(await asked(name, sslmode)).toMatchObject({ stdout: answer, stderr: '', code: 0 });
    }
  });

  it('is logged as channel binding where both sides can', async () => {
    const detail = await world
      .sql('VALIDATE CONNECTION "to SCRAM with channel binding"; SELECT 1')
      .then(() => world.server.psql('EXPLAIN ANALYZE CONNECTION "to SCRAM with channel binding"'));
    expect(detail.stdout + detail.stderr).toContain('SCRAM-SHA-256 with channel binding');
  });

  it('a certificate of another authority ends the way', async () => {
    await world.declareUnchecked('by_stranger', {
      'SSL MODE': "'verify-full'",
      'SSL CERTIFICATE AUTHORITY': 'SECRET stranger',
    });
    const { stderr, code } = await asked('by_stranger', 'require');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('no TLS session with the server') });
  });
});
