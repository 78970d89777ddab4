import { Duplex } from 'node:stream';
import { PgError, type StageReport } from '../errors/index.ts';
import { brokenPipe, type Channel, type ChannelOwner } from './channel.ts';
import type { DialedSocket } from './contract.ts';
import { channelBroken } from './errors.ts';
import { packetBytesMax } from './window.ts';

const readableBytesMax = 256 * 1024;
/** What a writer may leave with us before `write()` says stop; times the writers of a session this is what an upload can pile up. */
const writableBytesMax = 64 * 1024;

/** Opens a channel; what a session offers to a socket. */
export interface ChannelOpener {
  openChannel(host: string, port: number, owner: ChannelOwner): Channel;
}

/** The bastion's answer to an open that it refused. */
export class OpenRefused extends Error {
  readonly reason: number;
  readonly text: string;

  constructor(reason: number, text: string) {
    super(`channel open failure ${reason}: ${text}`);
    this.reason = reason;
    this.text = text;
  }
}

/**
 * A connection through a bastion, for clients that expect a net.Socket. Made at once, opened later. Half-open is off (a server's FIN ends
 * both sides, or mysql2 would leak the channel), and a lost session destroys it with an error, whether or not anybody reads.
 */
export class ForwardSocket extends Duplex implements DialedSocket, ChannelOwner {
  readonly reports: StageReport[] = [];
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly windowBytes: number | undefined;
  bytesRead = 0;
  bytesWritten = 0;
  #connecting = true;
  #channel: Channel | undefined;
  #opening: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;
  #endedByPeer = false;
  /** Writes and the end that came before the channel. */
  #whenOpen: (() => void)[] = [];
  #idleTimer: NodeJS.Timeout | undefined;
  timeout: number | undefined;

  /** `windowBytes`: see {@link ChannelOwner}. */
  constructor(host: string, port: number, windowBytes?: number) {
    super({
      allowHalfOpen: false,
      autoDestroy: true,
      readableHighWaterMark: readableBytesMax,
      writableHighWaterMark: writableBytesMax,
    });
    this.remoteAddress = host;
    this.remotePort = port;
    this.windowBytes = windowBytes;
    // A socket nobody listens to must not end the process.
    this.on('error', () => {});
  }

  /** Opens a channel for this socket. @throws OpenRefused, or the error that ended the session or the socket meanwhile. */
  openOn(opener: ChannelOpener, beforeConnect: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#opening = {
        resolve: () => {
          beforeConnect();
          resolve();
        },
        reject,
      };
      try {
        this.#channel = opener.openChannel(this.remoteAddress, this.remotePort, this);
      } catch (error) {
        this.#opening = undefined;
        reject(error);
      }
    });
  }

  get connecting(): boolean {
    return this.#connecting && !this.destroyed;
  }

  get pending(): boolean {
    return this.#connecting;
  }

  get readyState(): 'opening' | 'open' | 'readOnly' | 'writeOnly' | 'closed' {
    if (this.connecting) return 'opening';
    if (this.readable) return this.writable ? 'open' : 'readOnly';
    return this.writable ? 'writeOnly' : 'closed';
  }

  get unreadBytes(): number {
    return this.readableLength;
  }

  // ChannelOwner

  channelOpened(): void {
    const opening = this.#opening;
    this.#opening = undefined;
    this.#connecting = false;
    opening?.resolve();
    this.emit('connect');
    this.emit('ready');
    const waiting = this.#whenOpen;
    this.#whenOpen = [];
    for (const go of waiting) go();
  }

  channelRefused(reason: number, text: string): void {
    const opening = this.#opening;
    this.#opening = undefined;
    this.#channel = undefined;
    opening?.reject(new OpenRefused(reason, text));
  }

  channelData(chunk: Buffer): void {
    if (this.#endedByPeer || this.destroyed) return;
    this.bytesRead += chunk.length;
    this.#idleTimer?.refresh();
    this.push(chunk);
  }

  channelEnded(): void {
    if (this.#endedByPeer) return;
    this.#endedByPeer = true;
    this.push(null);
    // 'end' comes only to one who reads; a socket with nothing unread and no reader ends all the same.
    if (this.readableLength === 0) this.read(0);
  }

  channelClosed(): void {
    this.#channel = undefined;
    this.channelEnded();
  }

  channelLost(error: Error): void {
    const opening = this.#opening;
    if (opening !== undefined) {
      this.#opening = undefined;
      this.#channel = undefined;
      opening.reject(error);
      return;
    }
    this.destroy(error instanceof PgError ? error : channelBroken(`${this.remoteAddress}:${this.remotePort}`, error));
  }

  // Duplex

  override _read(): void {
    // Bytes come as the window allows; consumption is seen in read().
  }

  /** Every way of reading comes through here, and only here is it seen: after one `_read` node asks no more until something came. */
  override read(size?: number): unknown {
    const chunk: unknown = super.read(size);
    if (chunk !== null) this.#channel?.consumed();
    return chunk;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#send([chunk], chunk.length, done);
  }

  override _writev(entries: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    const chunks = entries.map((entry) => entry.chunk);
    const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    this.#send(length <= packetBytesMax ? [Buffer.concat(chunks, length)] : chunks, length, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#finish(done);
  }

  #finish(done: (error?: Error | null) => void): void {
    if (this.#connecting) {
      this.#whenOpen.push(() => this.#finish(done));
      return;
    }
    this.#channel?.sendEof();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#idleTimer);
    this.#connecting = false;
    this.#whenOpen = [];
    const channel = this.#channel;
    this.#channel = undefined;
    channel?.close(error);
    const opening = this.#opening;
    this.#opening = undefined;
    opening?.reject(error ?? new Error('the socket was closed while it was connecting'));
    done(error);
  }

  #send(chunks: readonly Buffer[], length: number, done: (error?: Error | null) => void): void {
    if (this.#connecting) {
      this.#whenOpen.push(() => this.#send(chunks, length, done));
      return;
    }
    this.bytesWritten += length;
    this.#idleTimer?.refresh();
    if (this.#channel === undefined) {
      done(brokenPipe());
      return;
    }
    this.#channel.write(chunks, done);
  }

  // net.Socket, as far as clients call it

  /** It connects by itself: clients that insist get their event. */
  connect(...args: unknown[]): this {
    const listener = args.at(-1);
    if (typeof listener === 'function') this.once('connect', listener as () => void);
    if (!this.#connecting && !this.destroyed) process.nextTick(() => this.emit('connect'));
    return this;
  }

  /** As net.Socket's: emits `timeout` after `timeoutMs` without traffic and does nothing else. 0 turns it off. */
  setTimeout(timeoutMs: number, listener?: () => void): this {
    clearTimeout(this.#idleTimer);
    this.timeout = timeoutMs;
    this.#idleTimer = timeoutMs > 0 ? setTimeout(() => this.emit('timeout'), timeoutMs).unref() : undefined;
    if (listener !== undefined) {
      if (timeoutMs > 0) this.once('timeout', listener);
      else this.off('timeout', listener);
    }
    return this;
  }

  /** The bastion's connection to the target is no-delay already. */
  setNoDelay(): this {
    return this;
  }

  /** The session under it has its own. */
  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  address(): Record<string, never> {
    return {};
  }

  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  resetAndDestroy(): this {
    return this.destroy();
  }
}
