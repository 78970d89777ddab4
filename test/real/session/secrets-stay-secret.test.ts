import { expect, it } from 'vitest';
import { folderContents } from '../../support/folder-contents.ts';
import { startSallyport } from '../../support/sallyport.ts';

const value = 'xyzzy-plugh-7391';
const password = 'frotz-ozmoo-2846';

/** Statements that hold a secret, well formed and not: whatever becomes of them, their words stay out of everything that is kept. */
const statements = [
  `CREATE SECRET kept AS '${value}'`,
  `CREATE SECRET kept AS '${value}'`,
  `CREATE SECRET other AS E'${value}\\n'`,
  `CREATE SECRET broken AS '${value}' '${value}'`,
  `CREATE SECRET broken AS '${value}`,
  `CREATE SECRET broken AS ${value}`,
  `CREATE SECRT broken AS '${value}'`,
  `CREATE SECRET a.b.c.d AS '${value}'`,
  `ALTER SECRET kept AS '${value}' || '${value}'`,
  `ALTER SECRET nowhere AS '${value}'`,
  `CREATE ROLE someone LOGIN PASSWORD '${password}'`,
  `ALTER ROLE someone PASSWORD '${password}' NONSENSE`,
  `CREATE ROLE someone PASSWORD '${password}'`,
  `CREATE CONNECTION c TO POSTGRES (HOST '127.0.0.1', PORT 1, DATABASE 'd', USER 'u', PASSWORD '${password}')`,
  `CREATE CONNECTION c TO POSTGRES (HOST '127.0.0.1', PORT 1, DATABASE 'd', USER 'u', PASSWORD SECRET kept)`,
  `PREPARE p AS CREATE SECRET third AS '${value}'`,
  `EXECUTE p`,
  `SELECT '${password}' FROM nowhere`,
];

it('keeps the words of secrets out of the log, the files, the catalog and the metrics', async () => {
  await using server = await startSallyport({ args: ['--log-level', 'debug'] });
  const client = await server.client();
  for (const statement of statements) await client.query(statement).catch(() => undefined);
  const rows = await client.query(`
    SELECT to_json(c)::text FROM mz_connections c UNION ALL SELECT to_json(s)::text FROM mz_secrets s
    UNION ALL SELECT to_json(a)::text FROM mz_audit_events a UNION ALL SELECT to_json(r)::text FROM mz_roles r
    UNION ALL SELECT to_json(v)::text FROM mz_internal.mz_connection_validations v`);
  const metrics = await (await server.get('/metrics')).text();
  expect(rows.rowCount).toBeGreaterThan(5);
  await server.kill('SIGTERM');

  const kept = new Map<string, string>([
    ['log', server.logLines().join('\n')],
    ['standard output', server.stdout],
    ['relations', JSON.stringify(rows.rows)],
    ['metrics', metrics],
    ...folderContents(server.dataDir),
  ]);
  expect([...kept.keys()]).toEqual(expect.arrayContaining(['log', 'catalog.db', 'observations.db']));
  for (const [place, text] of kept) {
    expect(text.includes(value), `the secret's value stands in ${place}`).toBe(false);
    expect(text.includes(password), `the password stands in ${place}`).toBe(false);
  }
});
