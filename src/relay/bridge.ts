import type { Duplex } from 'node:stream';
import { recycle } from '../tunnels/index.ts';
import { Boundaries } from './boundaries.ts';
import { readIntoUsedMemory } from './client-memory.ts';

/** How a bridge ended. `error`: what broke the stream, if anything did. */
export interface BridgeEnd {
  readonly by: 'client' | 'server';
  readonly error?: unknown;
}

/**
 * Moves bytes between a client and a server, unread and unchanged. Who does not take them makes the other side wait: what is held is what the
 * two streams hold. Both streams come paused.
 */
export class Bridge {
  readonly boundaries = new Boundaries();
  readonly ended: Promise<BridgeEnd>;
  bytesFromClient = 0;
  bytesFromServer = 0;
  readonly #client: Duplex;
  readonly #server: Duplex;
  #asked = false;
  #answersSeen = 0;
  #terminated = false;
  #settle: (end: BridgeEnd) => void = () => {};

  constructor(client: Duplex, server: Duplex) {
    this.#client = client;
    this.#server = server;
    this.ended = new Promise((resolve) => {
      this.#settle = resolve;
    });
    const byClient = (error?: unknown): void => this.#settle({ by: 'client', error });
    const byServer = (error?: unknown): void => this.#settle({ by: 'server', error });
    client.on('data', this.#fromClient).on('drain', this.#clientDrained);
    client
      .once('end', byClient)
      .once('error', byClient)
      .once('close', () => byClient());
    server.on('data', this.#fromServer).on('drain', this.#serverDrained);
    server
      .once('end', byServer)
      .once('error', byServer)
      .once('close', () => byServer());
    if (client.destroyed || client.readableEnded) byClient(client.errored ?? undefined);
    if (server.destroyed || server.readableEnded) byServer(server.errored ?? undefined);
    readIntoUsedMemory(client);
    client.resume();
    server.resume();
  }

  /** Whether the client asked for something since the server last said that it is done. */
  get busy(): boolean {
    return this.#asked || !this.boundaries.between;
  }

  /** Whether the client's last words were that it leaves. */
  get terminated(): boolean {
    return this.#terminated;
  }

  /** Moves nothing more in either direction. */
  stop(): void {
    this.#client.off('data', this.#fromClient).off('drain', this.#clientDrained);
    this.#server.off('data', this.#fromServer).off('drain', this.#serverDrained);
  }

  readonly #fromClient = (chunk: Buffer): void => {
    this.bytesFromClient += chunk.length;
    this.#asked = true;
    this.#terminated = endsWithTerminate(chunk);
    if (!this.#server.write(chunk, () => recycle(chunk))) this.#client.pause();
  };

  readonly #fromServer = (chunk: Buffer): void => {
    this.bytesFromServer += chunk.length;
    this.boundaries.follow(chunk);
    const { answers } = this.boundaries;
    if (answers !== this.#answersSeen) this.#asked = false;
    this.#answersSeen = answers;
    if (!this.#client.write(chunk, () => recycle(chunk))) this.#server.pause();
  };

  readonly #clientDrained = (): void => void this.#server.resume();

  readonly #serverDrained = (): void => void this.#client.resume();
}

/** Source: PostgreSQL 16 §55.7, Terminate. */
function endsWithTerminate(chunk: Buffer): boolean {
  const start = chunk.length - 5;
  return start >= 0 && chunk[start] === 0x58 && chunk.readUInt32BE(start + 1) === 4;
}
