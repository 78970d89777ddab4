import { type ChildProcess, type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { keyLinesOf, refusedInTour, tourStatements } from '../../../scripts/lib/tour.ts';
import { databasePassword, startPrivateNetwork } from '../../support/private-network.ts';
import { ended, hasEnded } from '../../support/processes.ts';
import { startSallyport } from '../../support/sallyport.ts';

const root = join(import.meta.dirname, '../../..');

it('the README’s ten minutes go as they are told, with a real bastion and a real database', async () => {
  await using network = await startPrivateNetwork();
  await using server = await startSallyport();
  const client = await server.client();
  const statements = tourStatements({
    'bastion.example.com': network.bastion.host,
    'PORT 22': `PORT ${network.bastion.port}`,
    'the password': databasePassword,
  });
  expect(network.bastion.user).toBe('bastion-user');
  expect(statements.length).toBeGreaterThan(10);
  const refused: string[] = [];
  for (const statement of statements) {
    try {
      await client.query(statement);
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error;
      refused.push(error.code ?? '');
      network.bastion.install(...keyLinesOf(error.hint ?? ''));
    }
  }
  expect(refused).toEqual(refusedInTour);
  expect((await client.query('SELECT name FROM mz_connections')).rows).toEqual([]);
});

describe('npm run demo', () => {
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(SALLYPORT_|PG|NODE_OPTIONS$)/.test(name)),
  );
  const running = new Set<ChildProcess>();
  afterEach(() => {
    for (const program of running) program.kill('SIGTERM');
  });
  function demo(...args: readonly string[]): ChildProcessByStdio<null, Readable, Readable> {
    const program = spawn(process.execPath, [join(root, 'scripts/demo.mjs'), ...args], {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(program);
    program.once('exit', () => running.delete(program));
    return program;
  }

  /** What it printed up to `word`. @throws Error with what it printed when it ends before. */
  async function printedUntil(program: ReturnType<typeof demo>, word: string): Promise<string> {
    let printed = '';
    program.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    const over = ended(program);
    while (!printed.includes(word)) {
      await Promise.race([once(program.stdout, 'data'), over]);
      if (hasEnded(program)) throw new Error(`it ended:\n${printed}`);
    }
    return printed;
  }

  it('walks the same session without anything but Node.js', { timeout: 600_000 }, async () => {
    const program = demo('--exit');
    const [stdout, stderr] = await Promise.all([textOf(program.stdout), textOf(program.stderr)]);
    expect(stderr).toBe('');
    expect(stdout).toContain('Connect with one of:\n\n  psql -h ');
    for (const statement of tourStatements({}).filter((text) => /^(SHOW|VALIDATE|ALTER)/.test(text))) {
      expect(stdout).toContain(`materialize=> ${statement}\n`);
    }
    expect(stdout).toContain('ERROR:  connection "ssh_connection": ');
    expect(stdout).toContain('NOTICE:  connection "pg_connection" works');
    expect(stdout).toMatch(/^ pg_connection +\| postgres +\|/m);
    await ended(program);
    expect(program.exitCode).toBe(0);
  });

  it('stays up for a psql until Ctrl-C, and leaves nothing behind', { timeout: 600_000 }, async () => {
    const program = demo();
    program.stderr.pipe(process.stderr);
    const printed = await printedUntil(program, 'Ctrl-C ends everything');
    const [line = ''] = /PGPASSFILE=\S+ psql .*/.exec(printed) ?? [];
    const query = 'EXPLAIN (ANALYZE) CONNECTION pg_connection';
    const { stdout } = await promisify(execFile)('sh', ['-c', `${line} -XAt -c '${query}'`], { env: environment });
    expect(stdout).toMatch(/^server\|db\.internal:5432\|.*\|ok\|/m);
    const [folder = ''] = /\/\S*sallyport-demo-\w+/.exec(printed) ?? [];
    expect(existsSync(folder)).toBe(true);
    program.kill('SIGINT');
    await ended(program);
    expect(program.exitCode).toBe(0);
    expect(existsSync(folder)).toBe(false);
  });
});
