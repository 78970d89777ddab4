import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A client that keeps every byte it receives. */
export interface RawClient extends AsyncDisposable {
  readonly socket: Socket;
  readonly received: Buffer;
  /** Resolves when what was received, read as Latin-1, matches. */
  until(pattern: RegExp): Promise<string>;
  /** The same, and the server is done and waits. */
  answered(pattern?: RegExp): Promise<string>;
  /** Resolves when the server has closed the connection. */
  closed(): Promise<void>;
}

const waitMs = 150_000;

/** A reset closes too. */
const closingOf = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.once('close', () => resolve());
  });

/** Connects and sends a StartupMessage of protocol 3.0. */
export async function rawClient(
  port: number,
  parameters: Readonly<Record<string, string>> = { user: 'alice', database: 'pg_connection' },
): Promise<RawClient> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  const chunks: Buffer[] = [];
  let tail = '';
  socket
    .on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      tail = (tail + chunk.subarray(-readyForQuery.length).toString('latin1')).slice(-readyForQuery.length);
    })
    .on('error', () => {});
  const closed = closingOf(socket);
  // All of it is put together only where it may do: at each piece of a large answer that would take forever.
  const received = (fulfils: (text: string) => boolean, what: string, mayDo = (): boolean => true): Promise<string> =>
    new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        socket.off('data', look).off('close', look);
        finish();
      };
      const look = (): void => {
        if (!mayDo() && !socket.closed) return;
        const text = Buffer.concat(chunks).toString('latin1');
        if (fulfils(text)) settle(() => resolve(text));
        else if (socket.closed) settle(() => reject(new Error(`closed without ${what}: ${JSON.stringify(text)}`)));
      };
      const late = (): void => settle(() => reject(new Error(`no ${what} within ${waitMs} ms`)));
      const timer = setTimeout(late, waitMs);
      socket.on('data', look).on('close', look);
      look();
    });
  socket.write(startup(parameters));
  return {
    socket,
    get received() {
      return Buffer.concat(chunks);
    },
    until: (pattern) => received((text) => pattern.test(text), String(pattern)),
    answered: (pattern = /^/) =>
      received(
        (text) => text.endsWith(readyForQuery) && pattern.test(text),
        `${String(pattern)} and ReadyForQuery`,
        () => tail === readyForQuery,
      ),
    closed: () => closed,
    [Symbol.asyncDispose]: async () => void socket.destroy(),
  };
}

/** Of an idle session. */
const readyForQuery = Buffer.from('5a0000000549', 'hex').toString('latin1');

export const query = (text: string): Buffer => message('Q', Buffer.from(`${text}\0`));

export function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

function startup(parameters: Readonly<Record<string, string>>): Buffer {
  const body = Buffer.from(`${Object.entries(parameters).flat().join('\0')}\0\0`);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8, 0);
  head.writeUInt32BE(196_608, 4);
  return Buffer.concat([head, body]);
}

/** A CancelRequest on a connection of its own; resolves when the server has closed it. */
export async function sendCancel(port: number, processId: number, secret: number): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port });
  const request = Buffer.alloc(16);
  request.writeUInt32BE(16, 0);
  request.writeUInt32BE(80_877_102, 4);
  request.writeInt32BE(processId, 8);
  request.writeInt32BE(secret, 12);
  socket
    .on('error', () => {})
    .resume()
    .write(request);
  await closingOf(socket);
}

/** Process id and secret of the BackendKeyData in what was received. */
export function keyIn(received: Buffer): { readonly processId: number; readonly secret: number } {
  const at = received.indexOf(Buffer.from([0x4b, 0, 0, 0, 12]));
  return { processId: received.readInt32BE(at + 5), secret: received.readInt32BE(at + 9) };
}
