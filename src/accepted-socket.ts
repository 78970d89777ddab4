/* oxlint-disable no-underscore-dangle -- node names its internals so; they are named nowhere else. */
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';

type Internals = Record<symbol, unknown> & { readonly _handle?: { useUserBuffer?(memory: Buffer): void } | null };

/** The fields in which Node keeps the option `onread`, by their descriptions. */
const names = ['kBuffer', 'kBufferCb', 'kBufferGen'] as const;
let found: readonly symbol[] | undefined;

/**
 * Has an accepted socket read into this memory, as the option `onread` has sockets that we open; for accepted ones Node has no such option, so
 * this sets what it would (see docs/adr/0006). `arrived` is told of each read; false stops reading until `resume`. Returns false, and leaves the
 * socket as it is, where that is not possible.
 */
export function readInto(socket: Duplex, memory: Buffer, arrived: (bytes: number) => boolean): boolean {
  if (!(socket instanceof Socket) || socket instanceof TLSSocket) return false;
  const internals = socket as unknown as Internals;
  const handle = internals._handle;
  const [place, callback, next] = (found ??= onreadFields(memory));
  if (place === undefined || callback === undefined || next === undefined) return false;
  if (handle?.useUserBuffer === undefined) return false;
  internals[place] = memory;
  internals[callback] = arrived;
  internals[next] = null;
  handle.useUserBuffer(memory);
  return true;
}

/** Found on a socket that was given the option; none where one is missing. */
function onreadFields(buffer: Buffer): readonly symbol[] {
  const options: object = { onread: { buffer, callback: () => true } };
  const given = new Socket(options);
  const fields = Object.getOwnPropertySymbols(given);
  given.destroy();
  return names.flatMap((name) => fields.find((field) => field.description === name) ?? []);
}
