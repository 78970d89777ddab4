import type { ReceiveWindow } from './window.ts';

/** Who a channel works for: the socket face of it. Calls come from the session's read loop. */
export interface ChannelOwner {
  channelOpened(): void;
  /** The bastion refused: reason and text of RFC 4254 §5.1. */
  channelRefused(reason: number, text: string): void;
  channelData(chunk: Buffer): void;
  /** The far end sends no more. */
  channelEnded(): void;
  /** The far end neither sends nor takes anything more. */
  channelClosed(): void;
  /** The session died, or the channel broke a limit. */
  channelLost(error: Error): void;
  /** Bytes that arrived and were not read yet. */
  readonly unreadBytes: number;
  /** How much may come before anything was read, where less than usual is wanted. */
  readonly windowBytes?: number | undefined;
}

/** The session side of a channel. */
export interface ChannelLink {
  readonly open: boolean;
  sendData(remoteId: number, data: Buffer): void;
  sendEof(remoteId: number): void;
  sendClose(remoteId: number): void;
  sendCredit(remoteId: number, bytes: number): void;
  /** Calls `channel.pump()` once the socket takes bytes again; waiting channels take turns. */
  waitForRoom(channel: Channel): void;
  unreadChanged(channel: Channel, byBytes: number): void;
  released(channel: Channel): void;
}

type WriteDone = (error?: Error | null) => void;

export interface ChannelFields {
  readonly localId: number;
  readonly host: string;
  readonly port: number;
  readonly owner: ChannelOwner;
  readonly window: ReceiveWindow;
  readonly link: ChannelLink;
}

/** One direct-tcpip channel: RFC 4254 §5 without the stream around it. */
export class Channel {
  readonly localId: number;
  readonly host: string;
  readonly port: number;
  readonly window: ReceiveWindow;
  readonly owner: ChannelOwner;
  readonly openedAtMs = performance.now();
  bytesRead = 0;
  bytesWritten = 0;
  #link: ChannelLink | undefined;
  #remoteId = -1;
  #sendWindow = 0;
  #packetBytes = 0;
  #countedUnread = 0;
  #opening = true;
  #abandoned = false;
  #sentEof = false;
  #sentClose = false;
  #pending: { readonly chunks: readonly Buffer[]; index: number; offset: number; readonly done: WriteDone } | undefined;

  constructor(fields: ChannelFields) {
    this.localId = fields.localId;
    this.host = fields.host;
    this.port = fields.port;
    this.owner = fields.owner;
    this.window = fields.window;
    this.#link = fields.link;
  }

  get opening(): boolean {
    return this.#opening;
  }

  /** Closed before the bastion answered. */
  get abandoned(): boolean {
    return this.#abandoned;
  }

  get countedUnread(): number {
    return this.#countedUnread;
  }

  /** Sends `chunks` as the peer's window and the session's socket allow; `done` once all are handed on. One write at a time. */
  write(chunks: readonly Buffer[], done: WriteDone): void {
    if (this.#link === undefined) {
      done(brokenPipe());
      return;
    }
    this.#pending = { chunks, index: 0, offset: 0, done };
    this.pump(Number.POSITIVE_INFINITY);
  }

  /** Goes on with a write that had to wait, for at most `packets` packets. */
  pump(packets: number): void {
    for (let sent = 0; ; sent += 1) {
      const pending = this.#pending;
      if (pending === undefined) return;
      const chunk = pending.chunks[pending.index];
      if (chunk === undefined) {
        this.#pending = undefined;
        pending.done();
        return;
      }
      if (chunk.length === 0) {
        pending.index += 1;
        continue;
      }
      if (this.#link === undefined || this.#sendWindow === 0) return;
      if (!this.#link.open || sent >= packets) {
        this.#link.waitForRoom(this);
        return;
      }
      this.#sendPacket(this.#link, pending, chunk);
    }
  }

  #sendPacket(link: ChannelLink, pending: { index: number; offset: number }, chunk: Buffer): void {
    const length = Math.min(chunk.length - pending.offset, this.#sendWindow, this.#packetBytes);
    link.sendData(this.#remoteId, chunk.subarray(pending.offset, pending.offset + length));
    this.#sendWindow -= length;
    this.bytesWritten += length;
    pending.offset += length;
    if (pending.offset < chunk.length) return;
    pending.index += 1;
    pending.offset = 0;
  }

  sendEof(): void {
    if (this.#sentEof || this.#sentClose || this.#opening) return;
    this.#sentEof = true;
    this.#link?.sendEof(this.#remoteId);
  }

  /** No more is wanted of it. A channel that is still opening is closed as soon as the bastion answers. */
  close(error: Error | null): void {
    this.#failPending(error);
    this.#count(0);
    if (this.#opening) this.#abandoned = true;
    if (this.#opening || this.#sentClose) return;
    this.#sentClose = true;
    this.#link?.sendClose(this.#remoteId);
  }

  /** The owner took bytes, or room may be given for another reason; see {@link ReceiveWindow.credit}. */
  consumed(atOnce = false): boolean {
    if (this.#link === undefined || this.#opening || this.#sentClose) return false;
    const unread = this.owner.unreadBytes;
    this.#count(unread);
    const bytes = this.window.credit(unread, atOnce, performance.now());
    if (bytes === 0) return false;
    this.#link.sendCredit(this.#remoteId, bytes);
    return true;
  }

  /** Sends the credit that is due, or a credit of nothing: any packet carries the acknowledgement that the bastion waits for. */
  acknowledge(): void {
    if (this.consumed(true) || this.#opening || this.#sentClose) return;
    this.#link?.sendCredit(this.#remoteId, 0);
  }

  // From the session's read loop.

  confirmed(remoteId: number, windowBytes: number, packetBytes: number): void {
    this.#opening = false;
    this.#remoteId = remoteId;
    this.#sendWindow = windowBytes;
    this.#packetBytes = Math.max(1, packetBytes);
    if (this.#abandoned) this.close(null);
    else this.owner.channelOpened();
  }

  refused(): void {
    this.#opening = false;
    this.#release();
  }

  data(chunk: Buffer): boolean {
    if (!this.window.received(chunk.length)) return false;
    if (this.#sentClose) return true;
    this.bytesRead += chunk.length;
    this.owner.channelData(chunk);
    this.consumed();
    return true;
  }

  answerRequest(answer: (remoteId: number) => void): void {
    if (!this.#opening && !this.#sentClose) answer(this.#remoteId);
  }

  moreWindow(bytes: number): void {
    this.#sendWindow += bytes;
    this.pump(Number.POSITIVE_INFINITY);
  }

  closedByPeer(): void {
    const first = !this.#sentClose;
    this.#sentClose = true;
    if (first) this.#link?.sendClose(this.#remoteId);
    this.#release();
    if (!first) return;
    this.#failPending(brokenPipe());
    this.owner.channelClosed();
  }

  lost(error: Error): void {
    this.#link = undefined;
    this.#failPending(error);
    this.owner.channelLost(error);
  }

  #release(): void {
    const link = this.#link;
    this.#link = undefined;
    this.#count(0, link);
    this.window.release();
    link?.released(this);
  }

  #failPending(error: Error | null): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.done(error ?? Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' }));
  }

  #count(unread: number, link = this.#link): void {
    const change = unread - this.#countedUnread;
    this.#countedUnread = unread;
    if (change !== 0) link?.unreadChanged(this, change);
  }
}

/** What a socket says whose far end is gone. */
export function brokenPipe(): Error {
  return Object.assign(new Error('write after the far end closed the connection'), { code: 'EPIPE' });
}
