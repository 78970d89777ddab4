import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Client, type QueryConfig } from 'pg';
import { expect, test } from 'vitest';
import { listenToy } from './toy/handler.ts';

async function psql(port: number, ...commands: readonly string[]) {
  const words = commands.flatMap((command) => ['-c', command]);
  const address = `host=127.0.0.1 port=${port} user=materialize dbname=materialize`;
  return promisify(execFile)('psql', ['-X', '-A', '-t', ...words, address]).catch((error: { stderr: string }) => error);
}

async function connected(port: number) {
  const client = new Client({ host: '127.0.0.1', port, user: 'materialize', database: 'materialize', ssl: false });
  client.on('error', () => {});
  await client.connect();
  return client;
}

test('psql connects, reads rows, shows notices and carets', async () => {
  await using listener = await listenToy();
  const { port } = listener.address;
  expect(await psql(port, "SELECT 1, 'ü', null")).toMatchObject({ stdout: '1|ü|\n', stderr: '' });
  expect(await psql(port, "DO $$ BEGIN RAISE NOTICE 'hello'; END $$")).toMatchObject({ stderr: 'NOTICE:  hello\n' });
  expect(await psql(port, 'COPY (SELECT generate_series(1, 3)) TO STDOUT')).toMatchObject({ stdout: '1\n2\n3\n' });
  expect(await psql(port, '  nonsense here')).toMatchObject({
    stderr: 'ERROR:  syntax error at or near "nonsense"\nLINE 1:   nonsense here\n          ^\n',
  });
});

test('node pg reads simple, parametrised, named and array values', async () => {
  await using listener = await listenToy();
  const client = await connected(listener.address.port);
  const row = async (query: QueryConfig | string): Promise<unknown> => (await client.query(query)).rows[0];
  expect(await row("SELECT 7, 'x', null, 't'::bool")).toEqual({ '?column?': null, bool: true });
  expect(await row({ text: 'SELECT $1::int', values: ['41'] })).toEqual({ int4: 41 });
  for (const value of [['a', null, 'b "c" {d}'], []]) {
    expect(await row({ name: 'named', text: 'SELECT $1::text[]', values: [value] })).toEqual({ text: value });
  }
  expect(await row({ text: 'SELECT $1::jsonb', values: ['{"a":[1,2]}'] })).toEqual({ jsonb: { a: [1, 2] } });
  const binary = { text: 'SELECT $1::int, $2::int8', values: ['5', '6'], binary: true };
  expect(await row(binary)).toEqual({ int4: 5, int8: '6' });
  await expect(client.query('SELECT $1::int', ['x'])).rejects.toMatchObject({ code: '22P02' });
  await client.end();
});

test('node pg runs pipelined queries and is told of a shutdown', async () => {
  const listener = await listenToy();
  const client = await connected(listener.address.port);
  const answers = await Promise.all([1, 2, 3].map((n) => client.query('SELECT $1::int', [n])));
  expect(answers.map(({ rows }) => rows)).toEqual([[{ int4: 1 }], [{ int4: 2 }], [{ int4: 3 }]]);
  const told = new Promise((resolve) => {
    client.on('error', resolve);
  });
  await listener.close({ graceMs: 1000 });
  expect(await told).toMatchObject({ code: '57P01' });
});
