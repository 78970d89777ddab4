import Database from 'better-sqlite3';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startSallyport } from '../../support/sallyport.ts';

it('sets aside a stored item that cannot be read back, lists it with its reason, and goes on with the rest', async () => {
  await using server = await startSallyport();
  await server.psql(`
    CREATE CONNECTION good TO SSH TUNNEL (HOST 'h', USER 'u');
    CREATE CONNECTION broken TO SSH TUNNEL (HOST 'h', USER 'u');
    CREATE CONNECTION reworded TO SSH TUNNEL (HOST 'h', USER 'u');`);
  await server.kill('SIGTERM');

  const catalog = new Database(join(server.dataDir, 'catalog.db'));
  const damage = catalog.prepare('UPDATE items SET create_sql = ? WHERE name = ?');
  damage.run('CREATE NONSENSE', 'broken');
  damage.run("create connection materialize.public.reworded to ssh tunnel (host 'h', user 'u')", 'reworded');
  catalog.close();
  await server.restart();

  const listed = await server.psql('SELECT name, reason FROM mz_internal.mz_items_set_aside ORDER BY name', ['-At']);
  expect(listed.stdout).toMatch(/^broken\|Expected .*NONSENSE|^broken\|.*nonsense/im);
  expect(listed.stdout).toMatch(/^reworded\|It prints back as: CREATE CONNECTION materialize\.public\.reworded/m);

  const used = await server.psql('VALIDATE CONNECTION broken', ['-v', 'VERBOSITY=verbose']);
  expect(used.stderr).toContain('55000: connection "materialize.public.broken" cannot be used');
  expect(used.stderr).toContain('HINT:  DROP it and create it again');

  const rest = await server.psql('SHOW CREATE CONNECTION good; DROP CONNECTION broken; SHOW CONNECTIONS', ['-At']);
  expect(rest.stderr).toBe('');
  expect(rest.stdout).toContain('materialize.public.good|CREATE CONNECTION materialize.public.good');
  expect(rest.stdout).not.toMatch(/^broken\|/m);
});
