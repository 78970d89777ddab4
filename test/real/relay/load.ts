import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { expect } from 'vitest';
import { type RawClient, query, rawClient } from './raw-client.ts';
import type { RelayWorld } from './world.ts';

/** Resident memory of the server, in bytes. */
export function residentBytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

/** How many sockets a process has open; files and pipes of its workers come and go for reasons of their own. */
export function openSocketsOf(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((name) => {
    try {
      return readlinkSync(`${folder}/${name}`).startsWith('socket:');
    } catch {
      return false;
    }
  }).length;
}

/** Nothing of a relay is left: neither here, nor on the bastion, nor on the server behind it. */
export async function nothingLeft(world: RelayWorld, socketsBefore: number): Promise<void> {
  const left = async (): Promise<unknown> => ({
    relays: await world.sql('SELECT count(*) FROM mz_internal.mz_relays'),
    channels: await world.sql("SELECT channels FROM mz_internal.mz_ssh_tunnel_statuses WHERE name = 'tunnel'"),
    sessions: world.database.sql("SELECT count(*) FROM pg_stat_activity WHERE usename = 'app'"),
    moreSockets: openSocketsOf(world.server.pid) > socketsBefore + 4,
  });
  const nothing = { relays: '0', channels: '0', sessions: '0', moreSockets: false };
  await expect.poll(left, { timeout: 60_000, interval: 300 }).toEqual(nothing);
}

/** One after another, each asking one question. Returns how many there were. */
export async function connectInARow(world: RelayWorld, count: number, atOnce: number): Promise<number> {
  let left = count;
  let answered = 0;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await using client = await rawClient(world.server.sqlPort);
      await client.answered();
      client.socket.write(query(`SELECT ${answered} + 1`));
      await client.answered(/SELECT 1\0/);
      answered += 1;
      // Half of them take their leave.
      if (answered % 2 === 0) client.socket.end(Buffer.from([0x58, 0, 0, 0, 4]));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return answered;
}

/** Clients that ask and then do as `then` says. */
export async function clientsThat(
  world: RelayWorld,
  count: number,
  then: (client: RawClient) => void,
): Promise<readonly RawClient[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const client = await rawClient(world.server.sqlPort);
      await client.answered();
      then(client);
      return client;
    }),
  );
}
