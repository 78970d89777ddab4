/* oxlint-disable no-underscore-dangle -- ssh2 names its internals so. */
import { BastionSocket } from './bastion-socket.ts';
import { landed, recycle, takeOff } from './blocks.ts';
import type { PacketDecipher, SessionSocket, SshProtocol } from './ssh2-transport.ts';

/** The native AES-GCM decipher, whose packets begin with their length in clear (RFC 5647 §7.2); others find their packets themselves. */
const ourLayout = 'AESGCMDecipherBinding';
const lengthBytes = 4;
const tagBytes = 16;
/** The length that ssh2 takes, all included. */
const packetBytesMax = 35_000;
const channelData = 94;

/**
 * Hands a session's packets to ssh2 where they landed, whole ones only: it decrypts them in place and makes no buffer for parts. At full
 * speed, and for many small answers, the collector would spend more on those buffers than all else costs. So what a handler of
 * CHANNEL_DATA is given lies there only until it returns; everything else that ssh2 is given is its own.
 */
export class IncomingPackets {
  readonly #socket: SessionSocket;
  readonly #protocol: SshProtocol;
  #decipher: PacketDecipher | undefined;
  #onPayload: PacketDecipher['_onPayload'] | undefined;
  /** The beginning of a packet whose end has not come. */
  #rest: Buffer | undefined;

  /** A session within another one has no socket of its own; there ssh2 goes on alone. */
  static take(socket: SessionSocket, protocol: SshProtocol): void {
    if (socket instanceof BastionSocket) socket.onArrival(new IncomingPackets(socket, protocol).#arrived);
  }

  private constructor(socket: SessionSocket, protocol: SshProtocol) {
    this.#socket = socket;
    this.#protocol = protocol;
  }

  readonly #arrived = (bytes: number): void => {
    const arrived = landed(bytes, this.#rest);
    if (this.#rest !== undefined) recycle(this.#rest);
    this.#rest = undefined;
    if (!this.#prepare()) {
      this.#socket.emit('data', Buffer.from(arrived));
      return;
    }
    const whole = wholePackets(arrived);
    if (whole < arrived.length) this.#rest = takeOff(arrived.subarray(whole));
    if (whole > 0) this.#socket.emit('data', arrived.subarray(0, whole));
  };

  /** Whether ssh2 stands between two packets that are laid out so; not while keys are exchanged, whose messages it keeps. */
  #prepare(): boolean {
    const decipher = this.#protocol._decipher;
    if (decipher === undefined || this.#protocol._kexinit !== undefined || decipher._lenBytes !== 0) return false;
    if (decipher === this.#decipher) return decipher._onPayload === this.#onPayload;
    if (decipher.constructor.name !== ourLayout) return false;
    const handle = decipher._onPayload;
    this.#decipher = decipher;
    this.#onPayload = (payload) => handle(payload[0] === channelData ? payload : Buffer.from(payload));
    decipher._onPayload = this.#onPayload;
    return true;
  }
}

/** How many of these bytes are whole packets; all, where a length is none: ssh2 then says so. */
function wholePackets(bytes: Buffer): number {
  let end = 0;
  while (end + lengthBytes <= bytes.length) {
    const length = bytes.readUInt32BE(end) + lengthBytes + tagBytes;
    if (length > packetBytesMax) return bytes.length;
    if (end + length > bytes.length) return end;
    end += length;
  }
  return end;
}
