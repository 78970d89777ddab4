import pg, { type Client } from 'pg';
import { expect, test } from 'vitest';
import { CloseStack } from '../../../src/close-stack.ts';
import { password, startPostgres } from '../../support/postgres.ts';
import { startMariadb } from '../../support/mariadb.ts';
import { folderContents } from '../../support/folder-contents.ts';
import { startSallyport } from '../../support/sallyport.ts';
import { startTcpServer } from '../../support/tcp-server.ts';
import { createAuthority } from '../../support/tls.ts';

const authority = createAuthority('Test Authority');
const issued = authority.issue({ commonName: 'client' });
/** By name; each is in use by a connection of every kind that takes it. */
const values: Readonly<Record<string, string>> = {
  user_value: 'xyzzy-plugh-7391',
  password_value: 'frotz-ozmoo-2846',
  real_password: password,
  key_value: issued.key,
  certificate_value: issued.certificate,
};
/** What must stand nowhere: of a key its first line of base64. */
const words = ['xyzzy-plugh-7391', 'frotz-ozmoo-2846', password, issued.key.split('\n')[1] ?? ''].flatMap((word) => [
  word,
  Buffer.from(word).toString('base64').replace(/=+$/, '').slice(0, -1),
  Buffer.from(word).toString('hex'),
]);

const certificate = 'SSL CERTIFICATE SECRET certificate_value, SSL KEY SECRET key_value';

test('no secret of any kind of connection comes out: not in errors, rows, relations, log, metrics or files', async () => {
  await using parts = new CloseStack();
  const postgres = parts.use(await startPostgres());
  const mariadb = parts.use(await startMariadb());
  // Repeats what it is sent, as some servers do with what they do not understand.
  const echo = parts.use(await startTcpServer((socket) => socket.once('data', (data) => socket.end(data))));
  const server = parts.use(await startSallyport());
  const client = await server.client();
  const said: unknown[] = [];
  client.on('notice', (notice) => said.push({ ...notice }));

  for (const [name, value] of Object.entries(values)) await say(client, said, `CREATE SECRET ${name} AS '${value}'`);
  const login = 'USER SECRET user_value, PASSWORD SECRET password_value';
  const connections: Readonly<Record<string, string>> = {
    pg_real: `POSTGRES (HOST '127.0.0.1', PORT ${postgres.port}, DATABASE 'app', ${login})`,
    pg_works: `POSTGRES (HOST '127.0.0.1', PORT ${postgres.port}, DATABASE 'app', USER 'app', PASSWORD SECRET real_password)`,
    pg_echo: `POSTGRES (HOST '127.0.0.1', PORT ${echo.port}, DATABASE 'app', ${login}, SSL MODE 'require', ${certificate})`,
    my_real: `MYSQL (HOST '127.0.0.1', PORT ${mariadb.port}, ${login})`,
    my_echo: `MYSQL (HOST '127.0.0.1', PORT ${echo.port}, ${login}, SSL MODE 'REQUIRED', ${certificate})`,
    kafka_echo: `KAFKA (BROKER '127.0.0.1:${echo.port}', SECURITY PROTOCOL 'SASL_PLAINTEXT', SASL MECHANISMS 'PLAIN',
      SASL USERNAME SECRET user_value, SASL PASSWORD SECRET password_value)`,
    kafka_tls: `KAFKA (BROKER '127.0.0.1:${echo.port}', SECURITY PROTOCOL 'SSL', ${certificate})`,
    registry_echo: `CONFLUENT SCHEMA REGISTRY (URL 'http://127.0.0.1:${echo.port}', ${login})`,
    registry_tls: `CONFLUENT SCHEMA REGISTRY (URL 'https://127.0.0.1:${echo.port}', ${login}, ${certificate})`,
  };
  for (const [name, definition] of Object.entries(connections)) {
    await say(client, said, `CREATE CONNECTION ${name} TO ${definition}`);
    await say(client, said, `CREATE CONNECTION ${name} TO ${definition} WITH (VALIDATE = false)`);
    await say(client, said, `VALIDATE CONNECTION ${name}`);
    await say(client, said, `EXPLAIN (ANALYZE) CONNECTION ${name}`);
    await say(client, said, `SHOW CREATE CONNECTION ${name}`);
    await say(client, said, `SHOW REDACTED CREATE CONNECTION ${name}`);
  }
  await say(client, said, `ALTER CONNECTION pg_real SET (USER = SECRET password_value)`);
  const before = said.length;
  for (const relation of await relationsOf(client)) await say(client, said, `SELECT to_json(r) FROM ${relation} AS r`);
  expect(said.length).toBeGreaterThan(before + 50);
  const metrics = await (await server.get('/metrics')).text();
  await server.kill('SIGTERM');

  const kept = new Map<string, string>([
    ['an answer', JSON.stringify(said)],
    ['the log', server.logLines().join('\n')],
    ['the metrics', metrics],
    ...folderContents(server.dataDir),
  ]);
  expect(kept.get('an answer')).toContain('user \\"********\\"');
  expect(kept.get('an answer')).toContain('connection \\"pg_works\\" works');
  for (const [place, text] of kept) {
    for (const word of words) expect(text.includes(word), `${word} stands in ${place}`).toBe(false);
  }
}, 600_000);

/** Keeps all that came back: rows, or the error with its every field. The statement itself is not among it. */
async function say(client: Client, said: unknown[], statement: string): Promise<void> {
  try {
    said.push((await client.query(statement)).rows);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    const { message, detail, hint, code, where, internalQuery } = error;
    said.push({ message, detail, hint, code, where, internalQuery });
  }
}

async function relationsOf(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ readonly relation: string }>(
    `SELECT schemaname || '.' || viewname AS relation FROM pg_views WHERE schemaname IN ('mz_catalog', 'mz_internal')`,
  );
  return rows.map(({ relation }) => relation);
}
