import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runChaos } from './chaos.ts';
import { connectInARow, nothingLeft, openSocketsOf, residentBytes } from './load.ts';
import { createRelayWorld, type RelayWorld } from './world.ts';

const MB = 1024 * 1024;
let world: RelayWorld;

beforeAll(async () => {
  world = await createRelayWorld({ settings: { max_connections: '60' } });
});

afterAll(() => world[Symbol.asyncDispose]());

describe('relays that work long and hard', () => {
  it('10 000 connects in a row leave nothing behind, memory included', { timeout: 900_000 }, async () => {
    expect(await connectInARow(world, 1_000, 4)).toBe(1_000);
    const sockets = openSocketsOf(world.server.pid);
    const memory = residentBytes(world.server.pid);
    expect(await connectInARow(world, 10_000, 4)).toBe(10_000);
    await nothingLeft(world, sockets);
    // Each leaves three rows of history, which mirrors hold too.
    expect(residentBytes(world.server.pid) - memory).toBeLessThan(120 * MB);
  });

  it('1 GB comes through unchanged in each direction: COPY in binary', { timeout: 900_000 }, async () => {
    world.database.sql(`CREATE TABLE large AS SELECT n, repeat(md5(n::text), 320) AS t FROM generate_series(1, 100000) AS n;
      CREATE TABLE received (LIKE large); ALTER TABLE large OWNER TO app; ALTER TABLE received OWNER TO app`);
    const there = 'psql -Xqc "COPY (TABLE large ORDER BY n) TO STDOUT (FORMAT binary)"';
    const back = 'psql -Xqc "COPY received FROM STDIN (FORMAT binary)"';
    const where = `PGHOST=127.0.0.1 PGPORT=${world.server.sqlPort} PGUSER=alice PGDATABASE=pg_connection`;
    const pipe = spawn('bash', ['-c', `set -o pipefail; export ${where}; ${there} | ${back}`], { stdio: 'inherit' });
    expect(await once(pipe, 'exit')).toEqual([0, null]);
    const sums = "SELECT count(*), md5(string_agg(md5(t), '' ORDER BY n)) FROM";
    expect(world.database.sql(`${sums} received`)).toBe(world.database.sql(`${sums} large`));
    expect(world.database.sql('SELECT sum(length(t)) FROM received')).toBe(String(100_000 * 10_240));
  });

  it('bastion, server and clients killed at random for 5 minutes', { timeout: 900_000 }, async () => {
    await connectInARow(world, 16, 8);
    const sockets = openSocketsOf(world.server.pid);
    const seed = Math.floor(Math.random() * 2 ** 31);
    const { complaints, answered } = await runChaos(world, 300, seed);
    expect({ seed, complaints }).toEqual({ seed, complaints: [] });
    expect(answered).toBeGreaterThan(200);
    await nothingLeft(world, sockets);
  });
});
