/* oxlint-disable no-underscore-dangle -- node names its internals so; they are named nowhere else. */
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { landing, takeOff } from '../tunnels/index.ts';

type Internals = Record<symbol, unknown> & { readonly _handle?: { useUserBuffer?(memory: Buffer): void } | null };

/** The fields in which Node keeps the option `onread`, by their descriptions. */
const names = ['kBuffer', 'kBufferCb', 'kBufferGen'] as const;
let found: readonly symbol[] | undefined;

/**
 * Has an accepted socket read into memory that is used again, as the option `onread` has sockets that we open; for accepted ones Node has
 * no such option, so this sets what it would (see docs/adr/0006). Returns false, and leaves the socket as it is, where that is not possible.
 */
export function readIntoUsedMemory(socket: Duplex): boolean {
  if (!(socket instanceof Socket) || socket instanceof TLSSocket) return false;
  const internals = socket as unknown as Internals;
  const handle = internals._handle;
  const [memory, callback, next] = (found ??= onreadFields());
  if (memory === undefined || callback === undefined || next === undefined) return false;
  if (handle?.useUserBuffer === undefined) return false;
  internals[memory] = landing;
  internals[callback] = (bytes: number) => socket.push(takeOff(landing.subarray(0, bytes)));
  internals[next] = null;
  handle.useUserBuffer(landing);
  return true;
}

/** Found on a socket that was given the option; none where one is missing. */
function onreadFields(): readonly symbol[] {
  const options: object = { onread: { buffer: landing, callback: () => true } };
  const given = new Socket(options);
  const fields = Object.getOwnPropertySymbols(given);
  given.destroy();
  return names.flatMap((name) => fields.find((field) => field.description === name) ?? []);
}
