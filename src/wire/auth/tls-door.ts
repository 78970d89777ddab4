import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { connectionLost } from '../session/client-output.ts';

/** PEM texts. With `clientCa` clients are asked for a certificate; one that it has not signed proves nothing, but hinders nothing. */
export interface TlsMaterial {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
  readonly clientCa?: string | Buffer | undefined;
}

/** The application protocol that direct TLS must agree on, and TLS behind SSLRequest may. Source: PostgreSQL 17 §54.2.11. */
export const postgresqlAlpn = 'postgresql';

interface Waiting {
  readonly done: (socket: TLSSocket) => void;
  readonly failed: (error: Error) => void;
}

/** Makes TLS streams out of accepted sockets, with a certificate that can be replaced while it runs. */
export class TlsDoor {
  readonly #handshakeTimeoutMs: number;
  /** Handshakes under way, by the addresses of their sockets: unique while a socket is open. */
  readonly #waiting = new Map<string, Waiting>();
  #server: Server;

  /** @throws the system's error for a certificate and key that cannot be used. */
  constructor(material: TlsMaterial, handshakeTimeoutMs: number) {
    this.#handshakeTimeoutMs = handshakeTimeoutMs;
    this.#server = this.#open(material);
  }

  /** New connections get this material; running ones keep theirs. @throws the system's error, and everything stays as it was. */
  replace(material: TlsMaterial): void {
    this.#server = this.#open(material);
  }

  /** The handshake, within its deadline. The socket must be paused and without listeners that read. @throws when it fails. */
  async handshake(socket: Socket): Promise<TLSSocket> {
    const key = socketKey(socket);
    let closed = (): void => {};
    const wrapped = new Promise<TLSSocket>((done, failed) => {
      closed = () => failed(connectionLost());
      this.#waiting.set(key, { done, failed });
      socket.once('close', closed);
      // A client that ends in the middle of the handshake closes the socket: nothing else would tell of it.
      socket.allowHalfOpen = false;
      this.#server.emit('connection', socket);
    });
    return wrapped.finally(() => {
      socket.off('close', closed);
      this.#waiting.delete(key);
    });
  }

  #open(material: TlsMaterial): Server {
    const asksClients = material.clientCa !== undefined;
    const server = createServer({
      cert: material.cert,
      key: material.key,
      ...(asksClients ? { ca: material.clientCa } : {}),
      requestCert: asksClients,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
      ALPNProtocols: [postgresqlAlpn],
      handshakeTimeout: this.#handshakeTimeoutMs,
    });
    server.on('secureConnection', (socket) => {
      socket.disableRenegotiation();
      // From now on a client that says no more is answered, as without TLS.
      socket.allowHalfOpen = true;
      this.#waiting.get(socketKey(socket))?.done(socket);
    });
    server.on('tlsClientError', (error, socket) => this.#waiting.get(socketKey(socket))?.failed(error));
    return server;
  }
}

function socketKey({ localAddress, localPort, remoteAddress, remotePort }: Socket): string {
  return `${localAddress} ${localPort} ${remoteAddress} ${remotePort}`;
}
