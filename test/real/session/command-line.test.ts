import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../support/ports.ts';
import { runSallyport, type Sallyport, startSallyport } from '../../support/sallyport.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-test-command-line-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const anywhere = ['--listen-sql', '127.0.0.1:0', '--listen-http', '127.0.0.1:0'];

describe('commands that end', () => {
  it('prints help and version', async () => {
    const help = await runSallyport(['--help']);
    expect([help.code, help.stderr]).toEqual([0, '']);
    expect(help.stdout).toContain('--data-dir DIR');
    const version = await runSallyport(['--version']);
    expect([version.code, version.stdout]).toEqual([0, 'sallyport 0.1.0\n']);
  });

  it.each([
    [['--nonsense']],
    [['serve', '--log-level', 'loud']],
    [['--auth', 'none']],
    [['--listen-sql', '0.0.0.0:0']],
    [['parse', '--yaml']],
  ])('refuses %j with one line and exit code 2', async (args) => {
    const { code, stdout, stderr } = await runSallyport(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^sallyport: [^\n]+\n$/);
  });

  it('parses statements to canonical text', async () => {
    const input = `-- a tunnel
      create connection t to ssh tunnel (port 22, host 'h', user 'u',);
      select 1;
      DROP CONNECTIONS t;
      CREATE SECRET s AS 'hunter2'`;
    const { code, stdout, stderr } = await runSallyport(['parse'], { input });
    expect([code, stderr]).toEqual([0, '']);
    const [created, read, wrong, secret] = stdout.split('\n');
    expect(created).toBe("CREATE CONNECTION t TO SSH TUNNEL (PORT = 22, HOST = 'h', USER = 'u')");
    expect(read).toBe('select 1');
    expect(wrong).toMatch(/^ERROR 42601 at \d+: /);
    expect(secret).toBe("CREATE SECRET s AS 'hunter2'");
  });

  it('parses statements to JSON, secrets redacted', async () => {
    const input = "CREATE SECRET s AS 'hunter2'; VALIDATE CONNECTIO t";
    const { stdout } = await runSallyport(['parse', '--json'], { input });
    const [secret, wrong] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(secret).toMatchObject({ ok: true, canonical: "CREATE SECRET s AS 'hunter2'" });
    expect(secret?.['redacted']).not.toContain('hunter2');
    expect(wrong).toMatchObject({ ok: false, code: '42601', position: 40 });
    expect(Object.keys(wrong ?? {})).toEqual(['ok', 'code', 'message', 'position', 'hint']);
  });
});

describe('a start that must fail', () => {
  async function refused(args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await runSallyport(['--log-level', 'silent', ...anywhere, ...args]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^sallyport: [^\n]+\n$/);
    return stderr;
  }

  it.each(['--listen-sql', '--listen-http'])('says that the port of %s is in use', async (flag) => {
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    const line = await refused(['--data-dir', join(folder, `port${flag}`), flag, `127.0.0.1:${port}`]);
    expect(line).toContain(`127.0.0.1:${port}: the port is in use`);
    other.close();
  });

  it('says that another server has the data directory', async () => {
    await using server = await startSallyport();
    expect(await refused(['--data-dir', server.dataDir])).toContain('is in use by another server');
    expect((await server.get('/health/live')).status).toBe(200);
  });

  it('says that the data directory cannot be used', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    expect(await refused(['--data-dir', file])).toContain(file);
  });

  it('refuses another master key, and a missing one', async () => {
    const dataDir = join(folder, 'keys');
    await using first = await startSallyport({ dataDir });
    const client = await first.client();
    await client.query("CREATE SECRET s AS 'x'");
    await first.kill('SIGTERM');
    const other = join(folder, 'other.key');
    writeFileSync(other, Buffer.alloc(32, 7).toString('base64'), { mode: 0o600 });
    chmodSync(other, 0o600);
    expect(await refused(['--data-dir', dataDir, '--master-key-file', other])).toContain('master key');
    expect(await refused(['--data-dir', dataDir, '--master-key-file', join(folder, 'none.key')])).toContain(
      'master key',
    );
  });
});

describe('a server that runs', () => {
  it('tells its real ports, answers there, keeps its files to itself, and ends in order at SIGTERM', async () => {
    await using server = await startSallyport();
    expect(server.stdout).toContain(`psql -h 127.0.0.1 -p ${server.sqlPort} -U materialize materialize`);
    expect((await server.get('/health/live')).status).toBe(200);
    const client = await server.client();
    await client.query('SELECT 1');
    expect((await server.get('/health/ready')).status).toBe(200);
    expect(await (await server.get('/metrics')).text()).toContain('process_resident_memory_bytes');
    expect(statSync(join(server.dataDir, 'master.key')).mode & 0o077).toBe(0);
    expect(statSync(server.dataDir).mode & 0o077).toBe(0);
    expect(await server.kill('SIGTERM')).toBe(0);
    expect(server.logLines().join('\n')).toContain('server stopped');
  });

  it('lets a running statement end, and takes no more clients', async () => {
    await using server = await startSallyport();
    await using running = await validateSilently(server);
    const ended = server.kill('SIGTERM');
    await server.logged('stopping');
    await expect(server.client()).rejects.toThrow(/ECONNREFUSED|ECONNRESET|terminat|shut/i);
    running.hangUp();
    expect(await running.outcome).toMatchObject({ code: '08001' });
    expect(await ended).toBe(0);
  });

  it('ends at once at a second signal', async () => {
    await using server = await startSallyport();
    await using running = await validateSilently(server);
    const ended = server.kill('SIGTERM');
    await server.logged('stopping');
    // Closer together they count as one: a terminal and npm both deliver the same Ctrl-C.
    await delay(200);
    process.kill(server.pid, 'SIGINT');
    expect(await ended).toBe(1);
    await running.outcome;
  });

  it('ends in order at SIGINT', async () => {
    await using server = await startSallyport();
    expect(await server.kill('SIGINT')).toBe(0);
  });
});

/** A VALIDATE of a bastion that takes the connection and says nothing: it goes on until the bastion hangs up or a deadline passes. */
async function validateSilently(server: Sallyport) {
  const silent = createServer().listen(await freePort(), '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const client = await server.client();
  await client.query(`CREATE CONNECTION t TO SSH TUNNEL (HOST '127.0.0.1', USER 'u', PORT ${port})`);
  const accepted = once(silent, 'connection') as Promise<[Socket]>;
  const outcome = client.query('VALIDATE CONNECTION t').catch((error: unknown) => error);
  const [socket] = await accepted;
  return {
    outcome,
    hangUp: () => socket.destroy(),
    [Symbol.asyncDispose]: async () => {
      socket.destroy();
      silent.close();
    },
  };
}
