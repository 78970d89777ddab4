import { takeOff } from './blocks.ts';
import { Channel, type ChannelLink, type ChannelOwner } from './channel.ts';
import { IncomingPackets } from './incoming-packets.ts';
import { memory } from './memory.ts';
import {
  exchangingKeys,
  OutgoingPackets,
  replaceHandler,
  type SessionSocket,
  type SshProtocol,
} from './ssh2-transport.ts';
import {
  initialWindowBytes,
  packetBytesMax,
  ReceiveWindow,
  reducedWindowBytes,
  sessionUnreadBytesMax,
  sessionWindowBytesMax,
  type WindowBudget,
} from './window.ts';

/** A socket read below this is no bulk: its sender may be waiting for our acknowledgement before it sends the rest. */
const smallReadBytes = 16 * 1024;
/** Bulk that rests for this long may be waiting for our acknowledgement. */
const pauseMs = 1;
/** Packets that a waiting writer may send before the next one has its turn. */
const packetsPerTurn = 1;

export interface ChannelTableOptions {
  readonly protocol: SshProtocol;
  readonly socket: SessionSocket;
  readonly roundTripMs: () => number;
  readonly roundTripAtMost: (ms: number) => void;
  /** OpenSSH before 10.1 leaves Nagle on: it holds a small packet back until the one before is acknowledged (40 ms by default). */
  readonly acknowledgeSmallReads: boolean;
  readonly onEmpty: () => void;
}

/** The connection layer of one session: RFC 4254 §5 on ssh2's transport. */
export class ChannelTable implements ChannelLink {
  bytesRead = 0;
  bytesWritten = 0;
  readonly #options: ChannelTableOptions;
  readonly #channels = new Map<number, Channel>();
  readonly #freeIds: number[] = [];
  readonly #waiting = new Set<Channel>();
  readonly #budget: WindowBudget;
  readonly #packets: OutgoingPackets;
  #nextId = 0;
  #grownBytes = 0;
  #unreadBytes = 0;
  #lost = false;
  #gathering = false;
  #acknowledgeFor: Channel | undefined;
  #writtenBefore = 0;
  #lastLarge: Channel | undefined;
  #pauseTimer: NodeJS.Timeout | undefined;
  #readAtWatch = 0;
  #writtenAtWatch = 0;
  #late = 0;
  #gateWaits = 0;

  constructor(options: ChannelTableOptions) {
    this.#options = options;
    this.#packets = new OutgoingPackets(options.socket);
    this.#budget = {
      roundTripMs: options.roundTripMs,
      roundTripAtMost: options.roundTripAtMost,
      grow: (bytes) => {
        if (this.#grownBytes + bytes > sessionWindowBytesMax) return false;
        this.#grownBytes += bytes;
        return true;
      },
      shrink: (bytes) => {
        this.#grownBytes -= bytes;
      },
      pressed: () => this.#unreadBytes > sessionUnreadBytesMax / 2 || memory.pressed,
    };
    this.#takeOver(options.protocol);
    IncomingPackets.take(options.socket, options.protocol);
    options.socket.on('drain', this.serveWaiting);
  }

  /** Channels that are open or opening. */
  get size(): number {
    return this.#channels.size;
  }

  get unreadBytes(): number {
    return this.#unreadBytes;
  }

  /** Opens that the bastion confirmed after their owner had gone. */
  get lateChannels(): number {
    return this.#late;
  }

  /** Times that a writer had to wait for the session's socket. */
  get gateWaits(): number {
    return this.#gateWaits;
  }

  channels(): Iterable<Channel> {
    return this.#channels.values();
  }

  /** Asks the bastion for a connection to `host:port`; the owner is told of the outcome. `close` takes it back at any time. */
  openChannel(host: string, port: number, owner: ChannelOwner): Channel {
    const id = this.#freeIds.pop() ?? this.#nextId++;
    const pressed = this.#budget.pressed();
    const windowBytes = pressed ? reducedWindowBytes : (owner.windowBytes ?? initialWindowBytes);
    const window = new ReceiveWindow(this.#budget, windowBytes);
    const channel = new Channel({ localId: id, host, port, owner, window, link: this });
    this.#channels.set(id, channel);
    // The originator is what sshd's log shows; we have no address worth telling.
    const way = { srcIP: '127.0.0.1', srcPort: 0, dstIP: host, dstPort: port };
    this.#options.protocol.directTcpip(id, windowBytes, packetBytesMax, way);
    return channel;
  }

  /** Ends every channel: the session is gone. */
  lose(error: Error): void {
    if (this.#lost) return;
    this.#lost = true;
    this.#options.socket.off('drain', this.serveWaiting);
    clearTimeout(this.#pauseTimer);
    memory.add(-this.#unreadBytes);
    this.#unreadBytes = 0;
    const channels = [...this.#channels.values()];
    this.#channels.clear();
    this.#waiting.clear();
    for (const channel of channels) channel.lost(error);
  }

  // ChannelLink

  /** The gate: closed while the socket holds as much as it should, and while keys are exchanged anew. */
  get open(): boolean {
    return !this.#options.socket.writableNeedDrain && !exchangingKeys(this.#options.protocol);
  }

  sendData(remoteId: number, data: Buffer): void {
    this.bytesWritten += data.length;
    this.#gather();
    this.#packets.prepare(this.#options.protocol);
    this.#options.protocol.channelData(remoteId, data);
  }

  sendEof(remoteId: number): void {
    if (!this.#lost) this.#options.protocol.channelEOF(remoteId);
  }

  sendClose(remoteId: number): void {
    if (!this.#lost) this.#options.protocol.channelClose(remoteId);
  }

  sendCredit(remoteId: number, bytes: number): void {
    if (!this.#lost) this.#options.protocol.channelWindowAdjust(remoteId, bytes);
  }

  waitForRoom(channel: Channel): void {
    this.#gateWaits += 1;
    this.#waiting.add(channel);
  }

  unreadChanged(channel: Channel, byBytes: number): void {
    this.#unreadBytes += byBytes;
    memory.add(byBytes);
    if (byBytes > 0 && (this.#unreadBytes > sessionUnreadBytesMax || memory.exceeded)) this.#endWorst(channel);
  }

  released(channel: Channel): void {
    if (this.#channels.get(channel.localId) !== channel) return;
    this.#channels.delete(channel.localId);
    this.#waiting.delete(channel);
    this.#freeIds.push(channel.localId);
    if (this.#channels.size === 0) {
      this.#freeIds.length = 0;
      this.#nextId = 0;
      this.#options.onEmpty();
    }
  }

  /** Lets waiting writers go on, in turns, until the gate closes again. Also to be called when a key exchange has ended. */
  readonly serveWaiting = (): void => {
    while (this.open) {
      const next = this.#waiting.values().next();
      if (next.done === true) return;
      this.#waiting.delete(next.value);
      next.value.pump(packetsPerTurn);
    }
  };

  #endWorst(last: Channel): void {
    let worst = last;
    for (const channel of this.#channels.values()) {
      channel.consumed();
      if (channel.countedUnread > worst.countedUnread) worst = channel;
    }
    if (this.#unreadBytes <= sessionUnreadBytesMax && !memory.exceeded) return;
    worst.owner.channelLost(
      Object.assign(new Error(`too many unread bytes (${worst.countedUnread}) on a connection that is not read`), {
        code: 'ENOBUFS',
      }),
    );
  }

  #takeOver(protocol: SshProtocol): void {
    replaceHandler(protocol, 'CHANNEL_OPEN_CONFIRMATION', this.#confirmed);
    replaceHandler(protocol, 'CHANNEL_OPEN_FAILURE', this.#refused);
    replaceHandler(protocol, 'CHANNEL_DATA', this.#data);
    // A forwarded connection has no stderr: a server that sends some is ignored.
    replaceHandler(protocol, 'CHANNEL_EXTENDED_DATA', () => {});
    replaceHandler(protocol, 'CHANNEL_WINDOW_ADJUST', (_, id: number, bytes: number) => {
      this.#channels.get(id)?.moreWindow(bytes);
    });
    replaceHandler(protocol, 'CHANNEL_EOF', (_, id: number) => {
      const channel = this.#channels.get(id);
      if (channel !== undefined && !channel.opening) channel.owner.channelEnded();
    });
    replaceHandler(protocol, 'CHANNEL_CLOSE', (_, id: number) => this.#channels.get(id)?.closedByPeer());
    // sshd's ClientAliveInterval asks on a channel when there is one, and hangs up when nobody answers.
    replaceHandler(protocol, 'CHANNEL_REQUEST', (_, id: number, _type: string, wantReply: boolean) => {
      if (wantReply) this.#channels.get(id)?.answerRequest((remoteId) => protocol.channelFailure(remoteId));
    });
  }

  readonly #confirmed = (
    _: SshProtocol,
    fields: {
      readonly recipient: number;
      readonly sender: number;
      readonly window: number;
      readonly packetSize: number;
    },
  ): void => {
    const channel = this.#channels.get(fields.recipient);
    if (channel === undefined || !channel.opening) return;
    if (channel.abandoned) this.#late += 1;
    channel.confirmed(fields.sender, fields.window, fields.packetSize);
    this.#smallRead(channel);
  };

  readonly #refused = (_: SshProtocol, id: number, reason: number, text: string): void => {
    const channel = this.#channels.get(id);
    if (channel === undefined || !channel.opening) return;
    channel.refused();
    if (!channel.abandoned) channel.owner.channelRefused(reason, text);
  };

  readonly #data = (_: SshProtocol, id: number, chunk: Buffer): void => {
    const channel = this.#channels.get(id);
    if (channel === undefined || channel.opening) return;
    this.bytesRead += chunk.length;
    if (!channel.data(takeOff(chunk))) {
      channel.owner.channelLost(
        Object.assign(new Error('the bastion sent more than the window allows'), { code: 'EPROTO' }),
      );
      return;
    }
    if (chunk.length < smallReadBytes) this.#smallRead(channel);
    else this.#largeRead(channel);
  };

  /**
   * After a small read something must go out soon, since any packet of ours carries the acknowledgement that the bastion's Nagle waits
   * for. Usually the reader's answer does; when nothing was written by the end of this turn of the loop, credit is sent.
   */
  #smallRead(channel: Channel): void {
    if (!this.#options.acknowledgeSmallReads) return;
    if (this.#acknowledgeFor === undefined) {
      this.#writtenBefore = this.#written();
      setImmediate(this.#acknowledge);
    }
    this.#acknowledgeFor = channel;
  }

  /** What is sent in one turn of the loop goes out in one write. */
  #gather(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    this.#options.socket.cork();
    process.nextTick(this.#release);
  }

  readonly #release = (): void => {
    this.#gathering = false;
    this.#options.socket.uncork();
  };

  /**
   * Bulk needs no help while it flows. But when a burst ends in part of a segment, Nagle keeps that part back until our delayed
   * acknowledgement, and the sender may fall into step with it: one burst in 40 ms. So a pause after bulk is acknowledged too.
   */
  #largeRead(channel: Channel): void {
    if (!this.#options.acknowledgeSmallReads) return;
    this.#lastLarge = channel;
    if (this.#pauseTimer !== undefined) return;
    this.#watchForPause();
    this.#pauseTimer = setTimeout(this.#paused, pauseMs);
  }

  #watchForPause(): void {
    this.#readAtWatch = this.bytesRead;
    this.#writtenAtWatch = this.#written();
  }

  readonly #paused = (): void => {
    if (!this.#lost && this.bytesRead !== this.#readAtWatch) {
      this.#watchForPause();
      this.#pauseTimer?.refresh();
      return;
    }
    this.#pauseTimer = undefined;
    const channel = this.#lastLarge;
    this.#lastLarge = undefined;
    if (!this.#lost && this.#written() === this.#writtenAtWatch) channel?.acknowledge();
  };

  readonly #acknowledge = (): void => {
    const channel = this.#acknowledgeFor;
    this.#acknowledgeFor = undefined;
    if (this.#lost || channel === undefined || this.#written() !== this.#writtenBefore) return;
    channel.acknowledge();
  };

  #written(): number {
    return this.#options.socket.bytesWritten ?? 0;
  }
}
