import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Sallyport, runSallyport, startSallyport } from '../../support/sallyport.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const timeoutMs = 600_000;
const newKey = (): string => randomBytes(32).toString('base64');

/** The command's one line of success. */
async function done(args: readonly string[], environment: Record<string, string> = {}): Promise<string> {
  const { code, stdout, stderr } = await runSallyport(args, { environment });
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^[^\n]+\n$/);
  return stdout;
}

/** The command's one line of failure. */
async function refused(args: readonly string[], exitCode: 1 | 2): Promise<string> {
  const { code, stdout, stderr } = await runSallyport(args);
  expect([code, stdout]).toEqual([exitCode, '']);
  expect(stderr).toMatch(/^sallyport: [^\n]+\n$/);
  return stderr;
}

/** Whether the server can open what was sealed: a tunnel's keys are needed to try to log in. */
async function opensSecrets(server: Sallyport): Promise<string> {
  const client = await server.client();
  try {
    await client.query('VALIDATE CONNECTION tunnel');
    return 'validated';
  } catch (error) {
    return (error as { readonly code: string }).code;
  }
}

const cannotConnect = '08001';
const makeTunnel = "CREATE CONNECTION tunnel TO SSH TUNNEL (HOST '127.0.0.1', PORT 1, USER 'u')";

describe('backup and restore', { timeout: timeoutMs }, () => {
  it('take a copy of a running server to another place, where the master key opens it', async () => {
    using place = temporaryDirectory();
    const [file, copy] = [join(place.path, 'backup.tar'), join(place.path, 'copy')];
    await using server = await startSallyport();
    const client = await server.client();
    await client.query("CREATE SECRET secret AS 'correct horse'");
    await client.query(makeTunnel);
    const { rows: before } = await client.query('SELECT * FROM mz_ssh_tunnel_connections');

    expect(await done(['backup', file, '--data-dir', server.dataDir])).toContain('The master key is not in it');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const bytes = readFileSync(file);
    expect(bytes.includes('correct horse')).toBe(false);
    expect(bytes.includes(readFileSync(join(server.dataDir, 'master.key'), 'utf8').trim())).toBe(false);
    await client.query('CREATE SECRET later AS $$x$$');

    expect(await done(['restore', file, `--data-dir=${copy}`])).toContain(
      `Put the master key of the backup at ${copy}`,
    );
    expect(await refused(['--data-dir', copy, '--listen-sql', '127.0.0.1:0', '--log-level', 'silent'], 1)).toContain(
      'master key',
    );
    copyFileSync(join(server.dataDir, 'master.key'), join(copy, 'master.key'));
    await using second = await startSallyport({ dataDir: copy });
    const there = await second.client();
    expect((await there.query('SELECT * FROM mz_ssh_tunnel_connections')).rows).toEqual(before);
    expect((await there.query('SELECT name FROM mz_secrets')).rows).toEqual([{ name: 'secret' }]);
    expect(await opensSecrets(second)).toBe(cannotConnect);
  });

  it('refuse what would harm', async () => {
    using place = temporaryDirectory();
    const [file, empty] = [join(place.path, 'backup.tar'), join(place.path, 'empty')];
    mkdirSync(empty);
    expect(await refused(['backup', file, '--data-dir', empty], 1)).toContain('is not a data directory');
    expect(existsSync(file)).toBe(false);
    await using server = await startSallyport();
    await done(['backup', file, '--data-dir', server.dataDir]);
    expect(await refused(['backup', file, '--data-dir', server.dataDir], 1)).toContain('replaces nothing');
    expect(await refused(['restore', file, '--data-dir', server.dataDir], 1)).toContain('in use by another server');
    await server.kill('SIGTERM');
    expect(await refused(['restore', file, '--data-dir', server.dataDir], 1)).toContain('restore into a new directory');
    writeFileSync(join(place.path, 'cut.tar'), readFileSync(file).subarray(0, 5_000));
    expect(await refused(['restore', join(place.path, 'cut.tar'), '--data-dir', empty], 1)).toContain('not a whole');
    expect(await refused(['restore', join(place.path, 'none.tar'), '--data-dir', empty], 1)).toContain('none.tar');
  });
});

describe('rekey', { timeout: timeoutMs }, () => {
  it('puts a new key in the place of the old one while a server runs', async () => {
    await using server = await startSallyport();
    const client = await server.client();
    await client.query(makeTunnel);
    const keyFile = join(server.dataDir, 'master.key');
    const former = readFileSync(keyFile, 'utf8');
    const said = await done(['rekey', '--data-dir', server.dataDir]);
    const kept = /kept as (\S+):/.exec(said)?.[1] ?? '';
    expect(readFileSync(kept, 'utf8')).toBe(former);
    expect(readFileSync(keyFile, 'utf8')).not.toBe(former);
    expect(said).not.toContain(former.trim());
    await server.restart();
    expect(await opensSecrets(server)).toBe(cannotConnect);
  });

  it('moves the key from a file to a variable, to a command, and back', async () => {
    using place = temporaryDirectory();
    const dataDir = join(place.path, 'data');
    const [first, second, third] = [newKey(), newKey(), join(place.path, 'third.key')];
    const commandFile = join(place.path, 'key of the command');
    writeFileSync(commandFile, second);
    const command = `cat '${commandFile}'`;
    {
      await using server = await startSallyport({ dataDir });
      await (await server.client()).query(makeTunnel);
    }
    const rekey = ['rekey', '--data-dir', dataDir];
    await done([...rekey, '--new-master-key-env', 'KEY'], { KEY: first });
    await using fromVariable = await startSallyport({
      dataDir,
      args: ['--master-key-env', 'KEY'],
      environment: { KEY: first },
    });
    expect(await opensSecrets(fromVariable)).toBe(cannotConnect);
    await fromVariable.kill('SIGTERM');

    await done([...rekey, '--master-key-env', 'KEY', '--new-master-key-command', command], { KEY: first });
    await using fromCommand = await startSallyport({ dataDir, args: ['--master-key-command', command] });
    expect(await opensSecrets(fromCommand)).toBe(cannotConnect);
    await fromCommand.kill('SIGTERM');

    await done([...rekey, `--new-master-key-file=${third}`], { SALLYPORT_MASTER_KEY_COMMAND: command });
    await using fromFile = await startSallyport({ dataDir, args: ['--master-key-file', third] });
    expect(await opensSecrets(fromFile)).toBe(cannotConnect);
  });

  it('refuses keys that are wrong, missing or malformed, and says none of them', async () => {
    using place = temporaryDirectory();
    await using server = await startSallyport();
    const malformed = join(place.path, 'malformed.key');
    writeFileSync(malformed, 'hunter2', { mode: 0o600 });
    const rekey = ['rekey', '--data-dir', server.dataDir];
    const text = await refused([...rekey, '--master-key-file', malformed], 1);
    expect(text).toContain('is not 32 bytes in base64');
    expect(text).not.toContain('hunter2');
    expect(await refused([...rekey, '--master-key-env', 'NOT_SET'], 1)).toContain('NOT_SET');
    expect(await refused([...rekey, '--master-key-command', `echo ${newKey()}`], 1)).toContain('not the one');
    expect(await refused([...rekey, '--master-key-command', 'exit 3'], 1)).toContain('exit code 3');
    expect(await refused(['rekey', '--data-dir', join(place.path, 'nothing')], 1)).toContain('no server ran there');
  });
});

describe('audit', { timeout: timeoutMs }, () => {
  it('tells who did what, when and from where, and no secret', async () => {
    await using server = await startSallyport();
    const client = await server.client();
    await client.query("CREATE ROLE clerk LOGIN PASSWORD 'correct horse'");
    await client.query('GRANT CREATE ON SCHEMA public TO clerk');
    const clerk = await server.client({ user: 'clerk', password: 'correct horse' });
    await clerk.query("CREATE SECRET s AS 'battery staple'");
    await clerk.query("ALTER SECRET s AS 'tr0ub4dor'");
    await clerk.query("COMMENT ON SECRET s IS 'a note'");
    await clerk.query(makeTunnel);
    await clerk.query('ALTER CONNECTION tunnel ROTATE KEYS');
    await clerk.query('BEGIN');
    await clerk.query('DROP SECRET s');
    await clerk.query('ROLLBACK');

    const { code, stdout } = await runSallyport(['audit', '--data-dir', server.dataDir, '--since', '1h']);
    expect(code).toBe(0);
    for (const secret of ['correct horse', 'battery staple', 'tr0ub4dor', 'SCRAM'])
      expect(stdout).not.toContain(secret);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(Object.keys(events[0] ?? {})).toEqual([
      'id',
      'occurred_at',
      'event_type',
      'object_type',
      'details',
      'user',
      'client_address',
    ]);
    expect(
      events.map(
        ({ event_type: event, object_type: kind, user }) => `${String(user)} ${String(event)} ${String(kind)}`,
      ),
    ).toEqual([
      'materialize create role',
      'materialize grant schema',
      'clerk create secret',
      'clerk alter secret',
      'clerk comment secret',
      'clerk create connection',
      'clerk rotate connection',
    ]);
    expect(events.every(({ client_address: address }) => address === '127.0.0.1')).toBe(true);
    const { rows } = await client.query(
      'SELECT id::int, event_type, object_type, details, "user" FROM mz_audit_events ORDER BY id',
    );
    expect(events).toMatchObject(rows);

    const origins = await client.query(
      'SELECT id::int, client_address FROM mz_internal.mz_audit_event_origins ORDER BY id',
    );
    expect(events).toMatchObject(origins.rows);

    const last = events.at(-1)?.['occurred_at'] as string;
    const since = await runSallyport(['audit', '--data-dir', server.dataDir, '--since', last]);
    expect(JSON.parse(since.stdout.split('\n').at(-2) ?? '')).toMatchObject({ event_type: 'rotate' });
    expect((await runSallyport(['audit', '--data-dir', server.dataDir, '--since', '2999-01-01'])).stdout).toBe('');
  });
});

it('audit tells of validations and of uses of secrets too, in order of time', { timeout: timeoutMs }, async () => {
  await using server = await startSallyport({ args: ['--auth', 'scram'] });
  const client = await server.client({ host: join(server.dataDir, 'run') });
  const password = 'battery staple';
  await client.query(`CREATE ROLE clerk LOGIN PASSWORD '${password}'`);
  await client.query(`CREATE SECRET s AS '${password}'`);
  // The server itself speaks the protocol: good enough to be sent a password.
  const itself = `HOST '127.0.0.1', PORT ${server.sqlPort}, USER 'clerk', DATABASE 'materialize'`;
  await client.query(`CREATE CONNECTION c TO POSTGRES (${itself}, PASSWORD SECRET s) WITH (VALIDATE = false)`);
  await client.query('GRANT USAGE ON CONNECTION c TO clerk');
  const clerk = await server.client({ user: 'clerk', password });
  await clerk.query('VALIDATE CONNECTION c');
  await client.query("COMMENT ON CONNECTION c IS 'looked at'");
  // What is newest is in the server's memory: an orderly end writes it.
  await server.kill('SIGTERM');
  const { stdout } = await runSallyport(['audit', '--data-dir', server.dataDir]);
  expect(stdout).not.toContain(password);
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const times = events.map(({ occurred_at: at }) => String(at));
  expect(times).toEqual(times.toSorted());
  const after = events.filter(({ event_type: event }) => ['validate', 'use', 'comment'].includes(String(event)));
  expect(after.map(({ event_type: event, user }) => `${String(user)} ${String(event)}`).toSorted()).toEqual([
    'clerk use',
    'clerk validate',
    'materialize comment',
  ]);
  expect(after.find(({ event_type: event }) => event === 'validate')).toMatchObject({
    object_type: 'connection',
    details: { name: 'materialize.public.c', result: 'succeeded' },
    client_address: null,
  });
});

it.each([
  [['backup'], 'FILE is missing'],
  [['restore', '--data-dir', 'x'], 'FILE is missing'],
  [['backup', 'a', 'b'], 'unexpected argument "b"'],
  [['backup', 'a', '--listen-sql', '127.0.0.1:0'], 'unknown flag --listen-sql'],
  [['audit', '--since', 'yesterday'], '--since: expected a time'],
  [['rekey', '--master-key-env', 'A', '--master-key-file', 'B'], 'give one of them'],
  [['rekey', 'now'], 'unexpected argument "now"'],
])('%j is a wrong command line: one line and exit code 2', async (args, message) => {
  expect(await refused(args, 2)).toContain(message);
});
