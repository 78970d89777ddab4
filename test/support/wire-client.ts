import { connect, type Socket } from 'node:net';
import { serialize } from 'pg-protocol';

/** One backend message: its type letter and its body. */
export interface BackendFrame {
  readonly type: string;
  readonly body: Buffer;
}

export type WireTarget = { readonly host?: string; readonly port: number } | { readonly path: string };

const waitMs = 60_000;
export const protocol30 = 196_608;
export const protocol32 = 196_610;

/** A PostgreSQL client with nothing between the test and the bytes. Every wait has a deadline. */
export class WireClient implements AsyncDisposable {
  /** Replaced by a TLS socket where a test wraps it. */
  socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #ended = false;
  #discarding = false;
  #wake: (() => void) | null = null;

  constructor(socket: Socket) {
    this.socket = socket;
    this.listen(socket);
  }

  static connect(target: WireTarget): Promise<WireClient> {
    return new Promise((resolve, reject) => {
      const socket = connect('path' in target ? target : { host: target.host ?? '127.0.0.1', port: target.port });
      socket.setNoDelay(true);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new WireClient(socket));
      });
    });
  }

  /** Connected and at the first ReadyForQuery. */
  static async session(target: WireTarget, parameters: Record<string, string> = {}): Promise<WireClient> {
    const client = await WireClient.connect(target);
    client.startup({ user: 'materialize', database: 'materialize', ...parameters });
    await client.until('Z');
    return client;
  }

  /** Takes over the bytes of a socket (the one of TLS, later). */
  listen(socket: Socket): void {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      if (!this.#discarding) this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake?.();
    });
    const end = (): void => {
      this.#ended = true;
      this.#wake?.();
    };
    socket.on('end', end);
    socket.on('close', end);
    socket.on('error', end);
  }

  /** From now on everything received is thrown away. */
  discard(): void {
    this.#discarding = true;
    this.#received = Buffer.alloc(0);
    this.socket.resume();
  }

  send(...messages: readonly Uint8Array[]): void {
    this.socket.write(Buffer.concat(messages));
  }

  startup(parameters: Record<string, string>, version = protocol30): void {
    this.send(startupPacket(parameters, version));
  }

  query(text: string): void {
    this.send(serialize.query(text));
  }

  /** The next message; null when the server has closed. @throws after a minute */
  async next(): Promise<BackendFrame | null> {
    for (;;) {
      const length = this.#received.length < 5 ? Number.POSITIVE_INFINITY : this.#received.readInt32BE(1) + 1;
      if (this.#received.length >= length) {
        const frame = this.#received.subarray(0, length);
        this.#received = this.#received.subarray(length);
        return { type: frame.toString('latin1', 0, 1), body: frame.subarray(5) };
      }
      if (this.#ended) return null;
      await this.#more();
    }
  }

  /** One byte that is no message: the answer to SSLRequest. Null when the server has closed. */
  async byte(): Promise<string | null> {
    while (this.#received.length === 0 && !this.#ended) await this.#more();
    if (this.#received.length === 0) return null;
    const byte = this.#received.toString('latin1', 0, 1);
    this.#received = this.#received.subarray(1);
    return byte;
  }

  /** Messages up to and with the first of this type, or up to the end of the connection. */
  async until(type: string): Promise<BackendFrame[]> {
    const frames: BackendFrame[] = [];
    for (;;) {
      const frame = await this.next();
      if (frame === null) return frames;
      frames.push(frame);
      if (frame.type === type) return frames;
    }
  }

  /** Everything up to the server's closing. */
  untilClosed(): Promise<BackendFrame[]> {
    return this.until('never');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.socket.closed) return;
    const closed = new Promise((resolve) => {
      this.socket.once('close', resolve);
    });
    this.socket.destroy();
    await closed;
  }

  #more(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no message within ${waitMs} ms`)), waitMs);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
    });
  }
}

export function startupPacket(parameters: Record<string, string>, version = protocol30): Buffer {
  const pairs = Object.entries(parameters).flatMap(([name, value]) => [name, value]);
  const body = Buffer.from(`${[...pairs, ''].join('\0')}\0`, 'utf8');
  return untyped(version, pairs.length === 0 ? Buffer.from([0]) : body);
}

/** A packet without a type byte. */
export function untyped(code: number, rest: Uint8Array = Buffer.alloc(0)): Buffer {
  const packet = Buffer.alloc(8 + rest.length);
  packet.writeInt32BE(packet.length, 0);
  packet.writeUInt32BE(code, 4);
  packet.set(rest, 8);
  return packet;
}

/** A typed message with any body: what pg-protocol would refuse to write. */
export function typed(type: string, body: Uint8Array | string = ''): Buffer {
  const bytes = Buffer.from(body);
  const message = Buffer.alloc(5 + bytes.length);
  message.write(type, 0, 'latin1');
  message.writeInt32BE(4 + bytes.length, 1);
  message.set(bytes, 5);
  return message;
}

/** The letters of the messages, for comparing sequences: `1 2 D C Z`. */
export const letters = (frames: readonly BackendFrame[]): string => frames.map((frame) => frame.type).join('');

/** The fields of an ErrorResponse or NoticeResponse by letter. */
export function errorFields(frame: BackendFrame | undefined): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const part of (frame?.body.toString('utf8') ?? '').split('\0')) {
    if (part !== '') fields[part[0] ?? ''] = part.slice(1);
  }
  return fields;
}

/** The fields of a DataRow as text; null for NULL. */
export function rowValues(frame: BackendFrame | undefined): (string | null)[] {
  return rowBytes(frame).map((value) => value?.toString('utf8') ?? null);
}

export function rowBytes(frame: BackendFrame | undefined): (Buffer | null)[] {
  const body = frame?.body ?? Buffer.alloc(2);
  let offset = 2;
  return Array.from({ length: body.readUInt16BE(0) }, () => {
    const length = body.readInt32BE(offset);
    const start = offset + 4;
    offset = start + Math.max(length, 0);
    return length < 0 ? null : body.subarray(start, offset);
  });
}
