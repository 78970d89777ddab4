import { randomFillSync } from 'node:crypto';
import type { SessionSocket } from './ssh2-transport.ts';

/** Smaller packets come out of Node's own pool. */
const largeBytes = 4 * 1024;
/** More than a session's socket takes before it asks to wait. */
const slabBytes = 256 * 1024;
const slabsMax = 16;
const blockBytes = 16;
const tagBytes = 16;
const lengthBytes = 4;
const paddingLengthBytes = 1;

interface Slab {
  readonly buffer: Buffer;
  usedBytes: number;
  socket: SessionSocket;
}

/**
 * Room for outgoing AES-GCM packets, laid out as RFC 5647 §7 and RFC 4253 §6 say: length, padding length, payload, random padding, tag.
 * ssh2 makes a buffer and draws random bytes for each packet; at full speed the collector spends a third of the time on those buffers.
 * Here a session that sends much has a slab, used again from its start whenever the socket has handed on all that was written, and the
 * random bytes are drawn for many packets at once. No random byte serves twice.
 */
export class PacketRoom {
  readonly #slabs: Slab[] = [];
  readonly #padding = Buffer.allocUnsafeSlow(4 * 1024);
  #paddingUsed = this.#padding.length;

  /** A packet with its lengths and padding filled in, to be written to `socket` at once. */
  allocate(payloadBytes: number, socket: SessionSocket): Buffer {
    const encrypted = paddingLengthBytes + payloadBytes;
    const shortest = blockBytes - (encrypted % blockBytes);
    const padding = shortest < 4 ? shortest + blockBytes : shortest;
    const bytes = lengthBytes + encrypted + padding + tagBytes;
    const packet = (bytes < largeBytes ? undefined : this.#take(bytes, socket)) ?? Buffer.allocUnsafe(bytes);
    packet.writeUInt32BE(encrypted + padding, 0);
    packet[lengthBytes] = padding;
    this.#fillRandom(packet, lengthBytes + encrypted, padding);
    return packet;
  }

  #take(bytes: number, socket: SessionSocket): Buffer | undefined {
    const slab = this.#slabs.find((each) => each.socket === socket) ?? this.#free(socket);
    if (slab === undefined) return undefined;
    if (socket.writableLength === 0) slab.usedBytes = 0;
    const start = slab.usedBytes;
    if (start + bytes > slabBytes) return undefined;
    slab.usedBytes += bytes;
    return slab.buffer.subarray(start, slab.usedBytes);
  }

  /** A slab that nobody's packets wait in, or a new one. */
  #free(socket: SessionSocket): Slab | undefined {
    const idle = this.#slabs.find((each) => each.socket.destroyed || each.socket.writableLength === 0);
    if (idle !== undefined) {
      idle.socket = socket;
      idle.usedBytes = 0;
      return idle;
    }
    if (this.#slabs.length === slabsMax) return undefined;
    const made = { buffer: Buffer.allocUnsafeSlow(slabBytes), usedBytes: 0, socket };
    this.#slabs.push(made);
    return made;
  }

  #fillRandom(packet: Buffer, start: number, bytes: number): void {
    if (this.#paddingUsed + bytes > this.#padding.length) {
      randomFillSync(this.#padding);
      this.#paddingUsed = 0;
    }
    this.#padding.copy(packet, start, this.#paddingUsed, this.#paddingUsed + bytes);
    this.#paddingUsed += bytes;
  }
}
