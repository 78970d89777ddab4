import type { Socket } from 'node:net';
import type { Peer } from '../handler.ts';
import type { WireLimits } from '../limits.ts';
import { ClientInput } from './client-input.ts';
import { ClientOutput } from './client-output.ts';

/** How long a client may take to read the last error before its socket is destroyed. */
const lingerMs = 1_000;

/** One client's socket with its two halves. TLS replaces it by another of the same kind. */
export interface ClientStream {
  readonly socket: Socket;
  readonly input: ClientInput;
  readonly output: ClientOutput;
  readonly peer: Peer;
}

export function openClientStream(socket: Socket, peer: Peer, limits: WireLimits): ClientStream {
  return { socket, input: new ClientInput(socket, limits), output: new ClientOutput(socket, limits), peer };
}

/** Sends what is written and closes; resolves when the socket is closed. Input is read away for a moment: unread bytes would make the kernel reset the connection and lose the last message. */
export async function closeClientStream({ socket, output, input }: ClientStream): Promise<void> {
  if (socket.closed) return;
  output.flush();
  input.detach();
  socket.resume();
  if (input.ended) socket.destroySoon();
  else socket.end();
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('end', () => socket.destroySoon());
  await new Promise((resolve) => {
    socket.once('close', resolve);
  });
  clearTimeout(timer);
}
