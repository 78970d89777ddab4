import { chmodSync, copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { ClientConfig, DatabaseError } from 'pg';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../support/programs.ts';
import { type Sallyport, runSallyport, startSallyport } from '../../support/sallyport.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { createAuthority } from '../../support/tls.ts';

const timeoutMs = 600_000;
const scram = ['--auth', 'scram'];

/** SQLSTATE and message of a login that must fail; `in` when it did not. */
async function refusal(server: Sallyport, config: ClientConfig): Promise<string> {
  try {
    await (await server.client(config)).end();
    return 'in';
  } catch (error) {
    const { code, message } = error as DatabaseError;
    return `${code} ${message}`;
  }
}

/** The server's side of a socket as its owner has it. */
const bySocket = (server: Sallyport): ClientConfig => ({ host: join(server.dataDir, 'run') });

function firstPasswordOf(server: Sallyport): string {
  return /^\*:\*:\*:materialize:(.+)$/m.exec(readFileSync(join(server.dataDir, 'pgpass'), 'utf8'))?.[1] ?? '';
}

/** Runs the commands that a start printed, as a person would paste them. */
async function pasted(line: string): Promise<string> {
  const script = `${line} -X -w -Atc 'SELECT current_user'`;
  const environment = { PATH: process.env['PATH'], HOME: '/nonexistent' };
  const { stdout, stderr } = await runProgram('sh', ['-c', script], { env: environment, input: '' });
  return stdout + stderr;
}

describe('a first start', { timeout: timeoutMs }, () => {
  it('lets its owner in by each line that it prints, and nobody else', async () => {
    await using server = await startSallyport({ args: scram });
    const lines = server.stdout.split('\n').filter((line) => line.includes('psql -h'));
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(await pasted(line.trim())).toBe('materialize\n');
    expect(statSync(join(server.dataDir, 'run')).mode & 0o777).toBe(0o700);
    expect(statSync(join(server.dataDir, 'pgpass')).mode & 0o777).toBe(0o600);
    const password = firstPasswordOf(server);
    expect(password).toMatch(/^[\w-]{32}$/);
    expect(server.stdout + server.logLines().join('\n')).not.toContain(password);
    expect(await refusal(server, { password: 'guess' })).toContain('28P01 password authentication failed');
  });

  it('keeps the password over restarts, and speaks of the file only as long as it holds it', async () => {
    await using server = await startSallyport({ args: scram });
    const password = firstPasswordOf(server);
    await server.restart();
    expect(firstPasswordOf(server)).toBe(password);
    expect(server.stdout.match(/PGPASSFILE=/g)).toHaveLength(2);
    const client = await server.client({ password });
    await client.query("ALTER ROLE materialize WITH PASSWORD 'my own'");
    await server.restart();
    expect(server.stdout.match(/PGPASSFILE=/g)).toHaveLength(2);
    expect(await refusal(server, { password })).toContain('28P01');
    expect(await refusal(server, { password: 'my own' })).toBe('in');
  });

  it('opens a way back in by the socket only, when the first role may not log in', async () => {
    await using server = await startSallyport({ args: scram });
    const owner = await server.client(bySocket(server));
    await owner.query('ALTER ROLE materialize NOLOGIN');
    expect(await refusal(server, { password: firstPasswordOf(server) })).toContain('28000 role "materialize" is not');
    expect(await refusal(server, bySocket(server))).toBe('in');
  });
});

describe('passwords', { timeout: timeoutMs }, () => {
  it('say the same of a wrong password, an unknown role, and roles without password or LOGIN', async () => {
    await using server = await startSallyport({ args: scram });
    const owner = await server.client(bySocket(server));
    await owner.query("CREATE ROLE app LOGIN PASSWORD 'correct horse'");
    await owner.query('CREATE ROLE bare LOGIN');
    await owner.query("CREATE ROLE team NOLOGIN PASSWORD 'battery staple'");
    expect(await refusal(server, { user: 'app', password: 'correct horse' })).toBe('in');
    for (const user of ['app', 'bare', 'team', 'nobody']) {
      expect(await refusal(server, { user, password: 'wrong' })).toBe(
        `28P01 password authentication failed for user "${user}"`,
      );
    }
    expect(await refusal(server, { user: 'team', password: 'battery staple' })).toContain('not permitted to log in');
    expect(await refusal(server, { ...bySocket(server), user: 'app', password: 'wrong' })).toContain('28P01');
    expect(await refusal(server, { ...bySocket(server), user: 'app', password: 'correct horse' })).toBe('in');
  });

  it('that psql hashed before it sent them are taken', async () => {
    await using server = await startSallyport({ args: scram });
    const socket = ['-h', join(server.dataDir, 'run'), '-p', String(server.sqlPort), '-U', 'materialize', '-X'];
    const input = `CREATE ROLE app LOGIN;\n\\password app\npässwörd ½\npässwörd ½\n`;
    const env = { PATH: process.env['PATH'], LANG: 'C.UTF-8' };
    const { stdout, stderr } = await runProgram('setsid', ['-w', 'psql', ...socket, 'materialize'], { env, input });
    expect(stdout + stderr).not.toContain('ERROR');
    expect(await refusal(server, { user: 'app', password: 'pässwörd ½' })).toBe('in');
    // One text in two spellings is one password, as SASLprep has it.
    expect(await refusal(server, { user: 'app', password: 'pa\u0308sswo\u0308rd 1\u20442' })).toBe('in');
    const owner = await server.client(bySocket(server));
    const { rows } = await owner.query(
      "SELECT details ->> 'password' AS password FROM mz_audit_events ORDER BY id DESC LIMIT 1",
    );
    expect(rows).toEqual([{ password: 'set' }]);
  });

  it('never reach the log, however a login fails', async () => {
    await using server = await startSallyport({ args: scram });
    await refusal(server, { user: 'hunter', password: 'hunter2' });
    const logged = await server.logged('password refused');
    expect(JSON.parse(logged)).toMatchObject({ user: 'hunter', address: '127.0.0.1' });
    expect(server.logLines().join('\n')).not.toContain('hunter2');
    const owner = await server.client(bySocket(server));
    const { rows } = await owner.query('SELECT count(*)::int AS events FROM mz_audit_events WHERE "user" = \'hunter\'');
    expect(rows).toEqual([{ events: 0 }]);
  });
});

describe('trust', { timeout: timeoutMs }, () => {
  it('says at start what it means', async () => {
    await using server = await startSallyport();
    expect(server.stdout).toContain('is let in as any role (--auth trust)');
    expect(existsSync(join(server.dataDir, 'pgpass'))).toBe(false);
    expect(await refusal(server, { user: 'nobody' })).toBe('28000 role "nobody" does not exist');
  });
});

/** An address of this machine that is not loopback. */
const outside = Object.entries(networkInterfaces())
  // Those of other tests' private networks come and go.
  .flatMap(([name, each]) => (name.startsWith('spt') ? [] : (each ?? [])))
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

describe('TLS', { timeout: timeoutMs }, () => {
  const authority = createAuthority('sallyport test');

  function issuedTo(folder: string, commonName = 'localhost'): readonly string[] {
    const { certificate, key } = authority.issue({ commonName, names: ['DNS:localhost', 'IP:127.0.0.1'] });
    writeFileSync(join(folder, 'server.pem'), certificate);
    writeFileSync(join(folder, 'server.key'), key, { mode: 0o600 });
    writeFileSync(join(folder, 'ca.pem'), authority.certificate);
    return ['--tls-cert', join(folder, 'server.pem'), '--tls-key', join(folder, 'server.key')];
  }

  const verified = { ca: authority.certificate, servername: 'localhost' };

  it('carries passwords bound to its channel, and takes certificates instead of them', async () => {
    using folder = temporaryDirectory();
    const args = [...scram, ...issuedTo(folder.path), '--tls-client-ca', join(folder.path, 'ca.pem')];
    await using server = await startSallyport({ args });
    const owner = await server.client(bySocket(server));
    await owner.query("CREATE ROLE app LOGIN PASSWORD 'correct horse'");
    const bound = { user: 'app', password: 'correct horse', ssl: verified, enableChannelBinding: true };
    expect(await refusal(server, bound)).toBe('in');
    expect(await refusal(server, { ...bound, password: 'wrong' })).toContain('28P01');
    const own = authority.issue({ commonName: 'app' });
    const byCertificate = { user: 'app', ssl: { ...verified, cert: own.certificate, key: own.key } };
    expect(await refusal(server, byCertificate)).toBe('in');
    expect(await refusal(server, { ...byCertificate, user: 'materialize', password: 'x' })).toContain('28P01');
    const foreign = createAuthority('somebody else').issue({ commonName: 'app' });
    const forged = { ...verified, cert: foreign.certificate, key: foreign.key };
    expect(await refusal(server, { user: 'app', password: 'x', ssl: forged })).toContain('28P01');
  });

  it('shows a new certificate when its files change, and keeps the old one when they are nonsense', async () => {
    using folder = temporaryDirectory();
    await using server = await startSallyport({ args: [...scram, ...issuedTo(folder.path)] });
    const password = firstPasswordOf(server);
    copyFileSync(join(folder.path, 'server.pem'), join(folder.path, 'old.pem'));
    writeFileSync(join(folder.path, 'server.pem'), 'nonsense');
    await server.logged('new certificate not used');
    expect(await refusal(server, { password, ssl: verified })).toBe('in');
    issuedTo(folder.path, 'renewed');
    await server.logged('certificate read again');
    expect(await refusal(server, { password, ssl: verified })).toBe('in');
    const before = server.logLines().filter((line) => line.includes('certificate read again')).length;
    process.kill(server.pid, 'SIGHUP');
    while (server.logLines().filter((line) => line.includes('certificate read again')).length === before) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await refusal(server, { password, ssl: verified })).toBe('in');
  });

  it('is what clients of other machines must come with', async () => {
    using folder = temporaryDirectory();
    expect(outside, 'this test needs an address that is not loopback').toBeDefined();
    const host = outside ?? '';
    const { code, stderr } = await runSallyport(['--data-dir', join(folder.path, 'x'), '--listen-sql', `${host}:0`]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--tls-cert')]);
    await using server = await startSallyport({ args: [...scram, ...issuedTo(folder.path)], host });
    const password = firstPasswordOf(server);
    expect(await refusal(server, { host, password })).toContain('28000 no plaintext connection for host');
    expect(await refusal(server, { host, password, ssl: verified })).toBe('in');
  });

  it('says in one line which file it cannot use', async () => {
    using folder = temporaryDirectory();
    const files = issuedTo(folder.path);
    const start = [
      '--data-dir',
      join(folder.path, 'data'),
      '--listen-sql',
      '127.0.0.1:0',
      '--listen-http',
      '127.0.0.1:0',
    ];
    writeFileSync(join(folder.path, 'server.key'), 'nonsense');
    chmodSync(join(folder.path, 'server.key'), 0o600);
    for (const args of [files, ['--tls-cert', '/nowhere/c.pem', '--tls-key', '/nowhere/k.pem']]) {
      const { code, stderr } = await runSallyport([...start, '--log-level', 'silent', ...args]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^sallyport: [^\n]+\n$/);
    }
  });
});
