import type { Socket } from 'node:net';
import { parameterStatus } from '../codec/index.ts';
import type { Peer, Session } from '../handler.ts';
import type { WireLimits } from '../limits.ts';
import { ClientInput } from './client-input.ts';
import { ClientOutput } from './client-output.ts';
import type { RunningCall } from './running-call.ts';

/** How long a client may take to read the last error before its socket is destroyed. */
const lingerMs = 1_000;
const askEveryMs = 1_000;

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

/**
 * Asks a client that will send no more whether it still reads, as long as a call runs for it: PostgreSQL answers one that closed its own half, and
 * a closed connection shows only when something is sent. A parameter that did not change may be told at any time.
 */
export function askWhetherThere({ socket, output }: ClientStream, session: Session, call: RunningCall): void {
  const ask = (): void => {
    const [first] = session.parameters;
    if (!call.running || first === undefined) return;
    parameterStatus(output.writer, ...first);
    output.flush();
  };
  ask();
  const timer = setInterval(ask, askEveryMs);
  socket.once('close', () => clearInterval(timer));
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
