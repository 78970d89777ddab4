import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** Bytes waiting in a socket above which a writer must wait. */
const socketBufferBytes = 64 * 1024;

const socketSettings = {
  allowHalfOpen: true,
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay: 60_000,
  highWaterMark: socketBufferBytes,
};

/**
 * A port that listens before there is anything behind it: clients that come meanwhile wait, at most `waitingMax` of them. So a start takes
 * connections while the rest of the server is still being loaded.
 */
export class OpenPort implements AsyncDisposable {
  readonly server: Server;
  #accept: ((socket: Socket) => void) | undefined;
  #waiting: Socket[] = [];

  private constructor(waitingMax: number) {
    this.server = createServer(socketSettings, (socket) => {
      if (this.#accept !== undefined) this.#accept(socket);
      else if (this.#waiting.length >= waitingMax) socket.destroy();
      else {
        socket.on('error', ignore);
        this.#waiting.push(socket);
      }
    });
  }

  /** TCP (`host` and `port`) or a Unix-domain socket (`path`). @throws the system's error: EADDRINUSE, EACCES … */
  static async listen(
    where: { readonly host: string; readonly port: number } | { readonly path: string },
  ): Promise<OpenPort> {
    const open = new OpenPort(256);
    open.server.listen(where);
    await once(open.server, 'listening');
    return open;
  }

  /** From now on `accept` gets every connection, those that waited first. */
  attach(accept: (socket: Socket) => void): void {
    this.#accept = accept;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const socket of waiting) {
      socket.off('error', ignore);
      if (!socket.destroyed) accept(socket);
    }
  }

  /** Takes no more connections and drops those that wait; those that were taken over go on. */
  close(): void {
    for (const socket of this.#waiting) socket.destroy();
    this.#waiting = [];
    if (this.server.listening) this.server.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }
}

const ignore = (): void => {};
