import type { Socket } from 'node:net';
import { readInto } from '../../accepted-socket.ts';
import type { PgError } from '../../errors/index.ts';
import { type Frame, type FrameLimit, FrameReader } from '../codec/index.ts';
import type { WireLimits } from '../limits.ts';

/** Chunks that may wait unread: a client that sends single bytes must not fill memory with buffers. */
const stopReadingAt = 64;

/** What sockets of sessions read into; what comes is copied at once, which costs less than memory of its own for each read. */
const landing = Buffer.allocUnsafeSlow(64 * 1024);

/** How a client ended: it will send no more, but may still read; or its connection is closed. */
export type ClientEnd = 'said so' | 'gone';

/**
 * The reading half of a connection: messages one at a time. While the session works, input is read ahead up to a limit and then left in
 * the kernel, so that the end of a client is noticed and a flood is not stored.
 */
export class ClientInput {
  readonly #socket: Socket;
  readonly #limits: WireLimits;
  readonly #reader = new FrameReader();
  /** Wakes the one reader that waits for bytes. */
  #wake: (() => void) | null = null;
  #unreadChunks = 0;
  #ended = false;
  #detached = false;
  #interruption: PgError | null = null;
  #onEnd: (how: ClientEnd) => void = () => {};

  constructor(socket: Socket, limits: WireLimits) {
    this.#socket = socket;
    this.#limits = limits;
    socket.on('data', this.#data);
    socket.on('end', this.#end);
    socket.on('close', this.#close);
  }

  /** Whether the client will send no more. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Bytes received and not read yet. */
  get bufferedBytes(): number {
    return this.#reader.bufferedBytes;
  }

  /** Reads into memory that is used again, from now on, where that is possible; what was read otherwise must have been taken. */
  useLanding(): void {
    if (this.#socket.isPaused() || this.#socket.readableLength > 0) return;
    readInto(this.#socket, landing, (bytes) => {
      this.#data(Buffer.from(landing.subarray(0, bytes)));
      return true;
    });
  }

  /** Called when the client has said that it will send no more, and when it is gone. */
  onEnd(listener: (how: ClientEnd) => void): void {
    this.#onEnd = listener;
  }

  /** The next typed message; null when the client has ended. A promise only when bytes must be waited for. @throws PgError FATAL */
  next(limitOf: (type: number) => FrameLimit): Frame | null | Promise<Frame | null> {
    return this.#read((reader) => reader.next(limitOf));
  }

  /** The next typed message if it is here; null when there is none, now or (see {@link ended}) for ever. @throws PgError FATAL */
  received(limitOf: (type: number) => FrameLimit): Frame | null {
    if (this.#interruption !== null) throw this.#interruption;
    return this.#reader.next(limitOf);
  }

  /** Resolves when bytes have come, when the client has ended, and when the wait is interrupted. */
  moreBytes(): Promise<void> {
    this.#unreadChunks = 0;
    if (this.#socket.isPaused()) this.#socket.resume();
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (this.#interruption !== null || this.#ended) this.#wakeReader();
    });
  }

  /** The next packet of the phase before a session. @throws PgError FATAL */
  nextUntyped(): Frame | null | Promise<Frame | null> {
    return this.#read((reader) => reader.nextUntyped(this.#limits.loginMessageBytesMax));
  }

  /** The first byte of the connection, left unread; null when the client ends before it. @throws PgError FATAL */
  firstByte(): number | null | Promise<number | null> {
    return this.#read((reader) => reader.peek());
  }

  /** Ends the wait for the next message, now or when it begins, with this error. Messages under way are not touched. */
  interrupt(error: PgError): void {
    this.#interruption ??= error;
    this.#wakeReader();
  }

  /** Stops reading and gives back what was received but not read. The socket is paused and has no listeners of this room. */
  detach(): Buffer {
    this.#detached = true;
    this.#socket.off('data', this.#data);
    this.#socket.off('end', this.#end);
    this.#socket.off('close', this.#close);
    this.#socket.pause();
    return this.#reader.takeRest();
  }

  #read<T>(read: (reader: FrameReader) => T | null): T | null | Promise<T | null> {
    if (this.#interruption !== null) throw this.#interruption;
    const frame = read(this.#reader);
    if (frame !== null) return frame;
    if (this.#ended) return null;
    return this.#readLater(read);
  }

  async #readLater<T>(read: (reader: FrameReader) => T | null): Promise<T | null> {
    for (;;) {
      await this.moreBytes();
      if (this.#interruption !== null) throw this.#interruption;
      const frame = read(this.#reader);
      if (frame !== null || this.#ended) return frame;
    }
  }

  readonly #data = (chunk: Buffer): void => {
    if (this.#detached) return;
    this.#reader.push(chunk);
    if (this.#wake !== null) {
      this.#wakeReader();
      return;
    }
    this.#unreadChunks += 1;
    const full = this.#reader.bufferedBytes > this.#limits.inputBytesMax || this.#unreadChunks > stopReadingAt;
    if (full) this.#socket.pause();
  };

  readonly #end = (): void => {
    this.#ended = true;
    this.#wakeReader();
    this.#onEnd('said so');
  };

  readonly #close = (): void => {
    this.#ended = true;
    this.#wakeReader();
    this.#onEnd('gone');
  };

  #wakeReader(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}
