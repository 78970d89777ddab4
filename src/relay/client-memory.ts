import type { Duplex } from 'node:stream';
import { readInto } from '../accepted-socket.ts';
import { landing, takeOff } from '../tunnels/index.ts';

/** Has a client that was accepted read into memory that is used again, where that is possible. */
export function readIntoUsedMemory(client: Duplex): boolean {
  return readInto(client, landing, (bytes) => client.push(takeOff(landing.subarray(0, bytes))));
}
