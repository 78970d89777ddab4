import type { AddressInfo, Socket } from 'node:net';
import { invariant, PgError } from '../errors/index.ts';
import type { Log } from '../telemetry/index.ts';
import { ConnectionSlots } from './auth/connection-slots.ts';
import { LoginThrottle } from './auth/login-throttle.ts';
import { TlsDoor, type TlsMaterial } from './auth/tls-door.ts';
import { frontendLimits } from './codec/index.ts';
import type { Handler, Peer } from './handler.ts';
import { defaultLimits, type WireLimits } from './limits.ts';
import { Connection, type ConnectionContext } from './session/connection.ts';
import type { NameCounts } from './session/names.ts';
import { CancelRegistry } from './session/registry.ts';
import { OpenPort } from './open-port.ts';
import { removeStaleSocket } from './unix-socket.ts';

export interface WireOptions {
  readonly handler: Handler;
  /** TCP: address or name, and port (0: any free one). */
  readonly host?: string;
  readonly port?: number;
  /** A TCP port that listens already, instead of `host` and `port`. */
  readonly open?: OpenPort;
  /** A Unix-domain socket's path, instead of or beside TCP. */
  readonly path?: string;
  /** Offers TLS on TCP: behind SSLRequest and directly. */
  readonly tls?: TlsMaterial;
  readonly limits?: WireLimits;
  readonly log: Log;
}

/** Where a listener listens. */
export interface WireAddress {
  readonly host: string;
  readonly port: number;
  /** The Unix-domain socket; '' without one. */
  readonly path: string;
}

/** A running SQL port. Disposing of it closes it without grace. */
export interface WireListener extends AsyncDisposable {
  readonly address: WireAddress;
  readonly connectionCount: number;
  /** Prepared statements and portals of all sessions. */
  readonly nameCounts: Readonly<NameCounts>;
  /** New connections get this certificate. @throws the system's error for one that cannot be used: the old one stays. */
  replaceTls(material: TlsMaterial): void;
  stopAccepting(): void;
  /** Ends idle sessions at once with 57P01, running statements get `graceMs` to finish; resolves when every connection is closed. */
  close(options: { readonly graceMs: number }): Promise<void>;
}

/** From the end of the grace to destroying what is left. */
const lastWordsMs = 2_000;

/** Listens for PostgreSQL clients. @throws the system's error when the address cannot be had (EADDRINUSE, EACCES …). */
export async function listenWire(options: WireOptions): Promise<WireListener> {
  const listener = new Listener(options);
  try {
    if (options.open !== undefined) listener.take(options.open);
    else if (options.port !== undefined) {
      listener.take(await OpenPort.listen({ host: options.host ?? '127.0.0.1', port: options.port }));
    }
    if (options.path !== undefined) await listener.listenUnix(options.path);
  } catch (error) {
    await listener.close({ graceMs: 0 });
    throw error;
  }
  return listener;
}

class Listener implements WireListener {
  readonly #context: ConnectionContext;
  readonly #ports: OpenPort[] = [];
  readonly #connections = new Map<Connection, Promise<void>>();
  /** Connections that have not logged in yet, oldest first. */
  readonly #strangers = new Set<Connection>();
  #address: WireAddress = { host: '', port: 0, path: '' };
  #closing = false;

  constructor({ handler, log, tls, limits = defaultLimits }: WireOptions) {
    this.#context = {
      handler,
      log,
      limits,
      limitOf: frontendLimits(limits),
      registry: new CancelRegistry(),
      slots: new ConnectionSlots(limits),
      nameCounts: { statements: 0, portals: 0 },
      throttle: new LoginThrottle(),
      tls: tls === undefined ? null : new TlsDoor(tls, limits.loginTimeoutMs),
      loggedIn: (connection) => this.#strangers.delete(connection),
    };
  }

  get address(): WireAddress {
    return this.#address;
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  get nameCounts(): Readonly<NameCounts> {
    return this.#context.nameCounts;
  }

  take(open: OpenPort): void {
    this.#ports.push(open);
    open.attach((socket) => this.#accept(socket));
    const bound = open.server.address() as AddressInfo;
    this.#address = { ...this.#address, host: bound.address, port: bound.port };
  }

  async listenUnix(path: string): Promise<void> {
    await removeStaleSocket(path);
    const open = await OpenPort.listen({ path });
    this.#ports.push(open);
    open.attach((socket) => this.#accept(socket));
    this.#address = { ...this.#address, path };
  }

  replaceTls(material: TlsMaterial): void {
    invariant(this.#context.tls !== null, 'TLS was not offered from the start');
    this.#context.tls.replace(material);
  }

  stopAccepting(): void {
    this.#closing = true;
    for (const port of this.#ports) port.close();
  }

  async close({ graceMs }: { readonly graceMs: number }): Promise<void> {
    this.stopAccepting();
    for (const connection of this.#connections.keys()) connection.shutdown(shutDown());
    if (await this.#allClosedWithin(graceMs)) return;
    for (const connection of this.#connections.keys()) connection.abort(shutDown());
    if (await this.#allClosedWithin(lastWordsMs)) return;
    for (const connection of this.#connections.keys()) connection.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close({ graceMs: 0 });
  }

  #accept(socket: Socket): void {
    if (this.#closing) {
      socket.destroy();
      return;
    }
    const connection = new Connection(socket, peerOf(socket), this.#context);
    const served = connection.serve().finally(() => this.#connections.delete(connection));
    this.#connections.set(connection, served);
    this.#strangers.add(connection);
    if (this.#strangers.size > this.#context.limits.loginsMax) this.#expelOldest();
  }

  /** A flood of connections that never log in must not shut out those that do. */
  #expelOldest(): void {
    for (const oldest of this.#strangers) {
      this.#strangers.delete(oldest);
      oldest.shutdown(new PgError('too_many_connections', 'too many connections that have not logged in'));
      return;
    }
  }

  async #allClosedWithin(timeoutMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), timeoutMs);
    });
    const closed = Promise.all(this.#connections.values()).then(() => true);
    return Promise.race([closed, late]).finally(() => clearTimeout(timer));
  }
}

function peerOf(socket: Socket): Peer {
  const { remoteAddress, remotePort } = socket;
  return {
    transport: remoteAddress === undefined ? 'unix' : 'tcp',
    address: (remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, ''),
    port: remotePort ?? 0,
    encrypted: false,
  };
}

function shutDown(): PgError {
  return new PgError('admin_shutdown', 'terminating connection due to administrator command', { severity: 'FATAL' });
}
