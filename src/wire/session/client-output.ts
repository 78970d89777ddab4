import type { Socket } from 'node:net';
import { PgError } from '../../errors/index.ts';
import { MessageWriter } from '../codec/index.ts';
import type { WireLimits } from '../limits.ts';
import { Turn } from './turn.ts';

/** Written output goes to the socket at this size, or when the protocol asks for it. */
const flushAtBytes = 16 * 1024;
/** Ready-made messages of at least this size are not copied. */
const passOnAtBytes = 2 * 1024;

/** 08006: the client has gone; nothing can be told to it. */
export function connectionLost(cause?: unknown): PgError {
  return new PgError('connection_failure', 'connection to client lost', { severity: 'FATAL', cause });
}

/**
 * The writing half of a connection. What waits for a client that does not read is bounded by a limit and one flush: whoever writes more than
 * a message must await {@link room}.
 */
export class ClientOutput {
  readonly writer = new MessageWriter();
  readonly #socket: Socket;
  readonly #limits: WireLimits;
  readonly #turn = new Turn();
  #room: Promise<void> | null = null;

  constructor(socket: Socket, limits: WireLimits) {
    this.#socket = socket;
    this.#limits = limits;
  }

  /** To be told when the client is waited for: what comes then is another turn. */
  beginTurn(): void {
    this.#turn.begin();
  }

  /** Hands everything written to the socket. */
  flush(): void {
    if (this.writer.length > 0) this.#send(this.writer.take());
  }

  /** Ready-made bytes, behind what was written before. */
  passOn(bytes: Uint8Array): void {
    if (bytes.length < passOnAtBytes) {
      this.writer.bytes(bytes);
      return;
    }
    this.flush();
    this.#send(bytes);
  }

  /** To be asked after each message: a promise while the client has no room, or when it is the turn of others. @throws PgError 08006 FATAL once the client is gone. */
  room(): Promise<void> | undefined {
    if (this.writer.length >= flushAtBytes) this.flush();
    if (this.#socket.destroyed) throw connectionLost();
    // A socket that holds less than its own mark tells of no drain: nothing to wait for.
    const full = this.#socket.writableNeedDrain && this.#socket.writableLength >= this.#limits.outputBytesMax;
    if (!full) return this.#turn.over();
    this.#room ??= this.#drained().finally(() => {
      this.#room = null;
    });
    return this.#room;
  }

  #send(bytes: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  #drained(): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void) => (): void => {
        clearTimeout(timer);
        this.#socket.off('drain', drained);
        this.#socket.off('close', closed);
        finish();
      };
      const drained = settle(resolve);
      const closed = settle(() => reject(connectionLost()));
      const timer = setTimeout(() => this.#socket.destroy(), this.#limits.stallTimeoutMs);
      this.#socket.on('drain', drained);
      this.#socket.on('close', closed);
    });
  }
}
