import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsThat, connectInARow, nothingLeft, openSocketsOf, residentBytes } from './load.ts';
import { type RawClient, query, rawClient } from './raw-client.ts';
import { createRelayWorld, type RelayWorld } from './world.ts';

const MB = 1024 * 1024;
const timeout = 600_000;
let world: RelayWorld;
let sockets: number;

beforeAll(async () => {
  // What is to be shown is ours: the server behind must not spend its time on passwords.
  world = await createRelayWorld({ settings: { max_connections: '1100' }, args: ['--relays-per-role', '0'] });
  await world.sql(`ALTER CONNECTION pg_connection SET (USER 'trusted'), RESET (PASSWORD), SET (SSL MODE 'disable')`);
  await connectInARow(world, 20, 4);
  sockets = openSocketsOf(world.server.pid);
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
    await nothingLeft(world, sockets);
  });

  it('1000 in a row leave nothing behind', { timeout }, async () => {
    expect(await connectInARow(world, 1000, 4)).toBe(1000);
    await nothingLeft(world, sockets);
  });
});

describe('who does not take what is sent has at most 1 MB held for it', () => {
  // What the traffic itself leaves behind until it is collected is there after the first ones; the others show what each one costs.
  const first = 20;
  const more = 60;
  /** Held bytes are counted where they are held; the process's memory, with what waits to be collected, shows that nothing else grows with them. */
  const residentEachMax = 4 * MB;
  /** Bytes more than before for each of them, once what else there was is collected. */
  const costEach = (before: number, work: () => Promise<unknown>) => async (): Promise<number> => {
    await work();
    return (residentBytes(world.server.pid) - before) / more;
  };

  it('clients that stop reading', { timeout }, async () => {
    const stop = (count: number): Promise<readonly RawClient[]> =>
      clientsThat(world, count, ({ socket }) => {
        socket.pause();
        socket.write(query("SELECT repeat('x', 1000) FROM generate_series(1, 20000)"));
      });
    const waiting = () => world.database.sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'ClientWrite'");
    const clients = [...(await stop(first))];
    await expect.poll(waiting).toBe(String(first));
    const before = residentBytes(world.server.pid);
    clients.push(...(await stop(more)));
    await expect.poll(waiting).toBe(String(first + more));
    const buffered = await world.sql(
      "SELECT bytes_buffered FROM mz_internal.mz_ssh_tunnel_statuses WHERE name = 'tunnel'",
    );
    expect(Number(buffered) / clients.length).toBeLessThanOrEqual(MB);
    await expect
      .poll(
        costEach(before, () => connectInARow(world, 20, 4)),
        { timeout: 60_000 },
      )
      .toBeLessThanOrEqual(residentEachMax);
    // It was all there all the time.
    clients[0]?.socket.resume();
    await clients[0]?.answered(/SELECT 20000\0/);
    for (const client of clients) client.socket.destroy();
    await nothingLeft(world, sockets);
  });

  it('a server that stops reading', { timeout }, async () => {
    world.database.sql('CREATE TABLE taken (t text); GRANT INSERT ON taken TO trusted');
    const clients = await clientsThat(world, first + more, ({ socket }) =>
      socket.write(query('COPY taken FROM STDIN')),
    );
    await Promise.all(clients.map((client) => client.until(/G\0\0\0/)));
    world.database.freeze();
    try {
      expect(await Promise.all(clients.slice(0, first).map(sendUntilStuck))).not.toContain(false);
      const before = residentBytes(world.server.pid);
      expect(await Promise.all(clients.slice(first).map(sendUntilStuck))).not.toContain(false);
      const work = (): Promise<unknown> => world.sql('SELECT 1');
      await expect.poll(costEach(before, work)).toBeLessThanOrEqual(residentEachMax);
    } finally {
      world.database.thaw();
    }
    for (const client of clients) client.socket.destroy();
    await nothingLeft(world, sockets);
    await using after = await rawClient(world.server.sqlPort);
    await after.answered();
  });
});

/** Sends rows of COPY until they are taken no more. False: all of them were. */
async function sendUntilStuck({ socket }: RawClient): Promise<boolean> {
  const row = Buffer.alloc(64 * 1024, 'y');
  row.write('d', 0, 'latin1');
  row.writeUInt32BE(row.length - 1, 1);
  row.write('\n', row.length - 1);
  for (let sent = 0; sent < 64 * MB; sent += row.length) {
    if (socket.write(row)) continue;
    const drained = once(socket, 'drain').then(() => true);
    const late = new Promise<false>((resolve) => setTimeout(resolve, 1_500, false).unref());
    if (!(await Promise.race([drained, late]))) return true;
  }
  return false;
}
