import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFilesOf } from '../../support/processes.ts';
import { clientsThat, connectInARow, nothingLeft, residentBytes } from './load.ts';
import { query, rawClient } from './raw-client.ts';
import { createRelayWorld, type RelayWorld } from './world.ts';

const MB = 1024 * 1024;
const timeout = 180_000;
let world: RelayWorld;
let files: number;

beforeAll(async () => {
  // What is to be shown is ours: the server behind must not spend its time on passwords.
  world = await createRelayWorld({ settings: { max_connections: '1100' }, args: ['--relays-per-role', '0'] });
  await world.sql(`ALTER CONNECTION pg_connection SET (USER 'trusted'), RESET (PASSWORD), SET (SSL MODE 'disable')`);
  await connectInARow(world, 20, 4);
  files = openFilesOf(world.server.pid);
});

afterAll(() => world[Symbol.asyncDispose]());

describe('many relays', () => {
  it('1000 at once on one tunnel, each with its own server process', { timeout }, async () => {
    const clients = [];
    for (let round = 0; round < 20; round += 1) clients.push(...(await clientsThat(world, 50, () => {})));
    expect(clients.length).toBe(1000);
    const channels = "SELECT sessions >= 1, channels FROM mz_internal.mz_ssh_tunnel_statuses WHERE name = 'tunnel'";
    expect(await world.sql(channels)).toBe('t|1000');
    for (const client of clients) client.socket.write(query("SELECT 'pid is ' || pg_backend_pid()"));
    const answers = await Promise.all(clients.map((client) => client.answered(/pid is/)));
    const pids = answers.map((text) => /pid is (\d+)/.exec(text)?.[1]);
    expect(new Set(pids).size).toBe(1000);
    for (const client of clients) client.socket.destroy();
    await nothingLeft(world, files);
  });

  it('1000 in a row leave nothing behind', { timeout }, async () => {
    expect(await connectInARow(world, 1000, 4)).toBe(1000);
    await nothingLeft(world, files);
  });
});

describe('who does not take what is sent', () => {
  const count = 24;

  it('has at most 1 MB held for it: clients that stop reading', { timeout }, async () => {
    const before = residentBytes(world.server.pid);
    const clients = await clientsThat(world, count, ({ socket }) => {
      socket.pause();
      socket.write(query("SELECT repeat('x', 1000) FROM generate_series(1, 20000)"));
    });
    const waiting = () => world.database.sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'ClientWrite'");
    await expect.poll(waiting, { timeout: 30_000 }).toBe(String(count));
    const buffered = await world.sql(
      "SELECT bytes_buffered FROM mz_internal.mz_ssh_tunnel_statuses WHERE name = 'tunnel'",
    );
    expect(Number(buffered) / count).toBeLessThanOrEqual(MB);
    expect((residentBytes(world.server.pid) - before) / count).toBeLessThanOrEqual(MB);
    // It was all there all the time.
    const [first] = clients;
    first?.socket.resume();
    await first?.answered(/SELECT 20000\0/);
    for (const client of clients) client.socket.destroy();
    await nothingLeft(world, files);
  });

  it('has at most 1 MB held for it: a server that stops reading', { timeout }, async () => {
    world.database.sql('CREATE TABLE taken (t text); GRANT INSERT ON taken TO trusted');
    const clients = await clientsThat(world, count, ({ socket }) => socket.write(query('COPY taken FROM STDIN')));
    await Promise.all(clients.map((client) => client.until(/G\0\0\0/)));
    const before = residentBytes(world.server.pid);
    world.database.freeze();
    try {
      const row = Buffer.alloc(64 * 1024, 'y');
      row.write('d', 0, 'latin1');
      row.writeUInt32BE(row.length - 1, 1);
      row.write('\n', row.length - 1);
      const stuck = clients.map(async ({ socket }) => {
        for (let sent = 0; sent < 12 * MB; sent += row.length) {
          const drained = socket.write(row) ? null : once(socket, 'drain').then(() => true);
          if (drained === null) continue;
          const late = new Promise<false>((resolve) => setTimeout(resolve, 2_000, false).unref());
          if (!(await Promise.race([drained, late]))) return true;
        }
        return false;
      });
      expect(await Promise.all(stuck)).toEqual(clients.map(() => true));
      expect((residentBytes(world.server.pid) - before) / count).toBeLessThanOrEqual(MB);
    } finally {
      world.database.thaw();
    }
    for (const client of clients) client.socket.destroy();
    await nothingLeft(world, files);
    await using after = await rawClient(world.server.sqlPort);
    await after.answered();
  });
});
