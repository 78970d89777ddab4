import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { expect, it } from 'vitest';
import { keyLinesOf, refusedInTour, tourStatements } from '../../../scripts/lib/tour.ts';
import { databasePassword, startPrivateNetwork } from '../../support/private-network.ts';
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

it('npm run demo walks the same session without anything but Node.js', { timeout: 150_000 }, async () => {
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('SALLYPORT_')),
  );
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'scripts/demo.mjs'), '--exit'], {
    cwd: root,
    env: { ...environment, NODE_OPTIONS: '' },
    timeout: 120_000,
  });
  expect(stdout).toContain('Connect with one of:\n\n  psql -h ');
  for (const statement of tourStatements({}).filter((text) => /^(SHOW|VALIDATE|ALTER)/.test(text))) {
    expect(stdout).toContain(`materialize=> ${statement}\n`);
  }
  expect(stdout).toContain('ERROR:  connection "ssh_connection": ');
  expect(stdout).toContain('NOTICE:  connection "pg_connection" works');
  expect(stdout).toMatch(/^ pg_connection +\| postgres +\|/m);
});
