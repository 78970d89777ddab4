import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { PacketRoom } from '../../../src/tunnels/packet-room.ts';
import { nativeAddonInUse } from '../../../src/tunnels/ssh2-transport.ts';

const require = createRequire(import.meta.url);

/** A socket that hands on what it was given only when it is told to. */
class SlowSocket extends Duplex {
  readonly #waiting: (() => void)[] = [];

  override _read(): void {}

  override _write(_chunk: unknown, _encoding: unknown, done: () => void): void {
    this.#waiting.push(done);
  }

  async handOn(): Promise<void> {
    while (this.writableLength > 0) {
      for (const done of this.#waiting.splice(0)) done();
      await new Promise(setImmediate);
    }
  }
}

/** ssh2's own cipher of the kind whose packets we lay out. */
function ownCipher(): { readonly constructor: { readonly name: string }; allocPacket(payloadBytes: number): Buffer } {
  const { createCipher, CIPHER_INFO } = require('ssh2/lib/protocol/crypto.js') as {
    createCipher: (config: unknown) => ReturnType<typeof ownCipher>;
    CIPHER_INFO: Record<string, unknown>;
  };
  return createCipher({
    outbound: {
      seqno: 0,
      onWrite: () => {},
      cipherInfo: CIPHER_INFO['aes128-gcm@openssh.com'],
      cipherKey: randomBytes(16),
      cipherIV: randomBytes(12),
    },
  });
}

const isOfSlab = (packet: Buffer): boolean => packet.buffer.byteLength >= 256 * 1024;

describe('outgoing packets', () => {
  it('are laid out as ssh2 lays out its own', () => {
    const own = ownCipher();
    expect(own.constructor.name).toBe(nativeAddonInUse() ? 'AESGCMCipherBinding' : 'AESGCMCipherNative');
    const room = new PacketRoom();
    for (const payloadBytes of [...Array.from({ length: 40 }, (_, index) => 1 + index), 4_000, 4_096, 32_777, 35_000]) {
      const socket = new SlowSocket();
      const packet = room.allocate(payloadBytes, socket);
      if (!nativeAddonInUse()) continue;
      const theirs = own.allocPacket(payloadBytes);
      expect(packet.length).toBe(theirs.length);
      expect(packet.subarray(0, 5)).toEqual(theirs.subarray(0, 5));
    }
  });

  it('are not overwritten while the socket holds them', async () => {
    const room = new PacketRoom();
    const socket = new SlowSocket({ writableHighWaterMark: 1 << 20 });
    const kept = Array.from({ length: 20 }, (_, index) => {
      const packet = room.allocate(32_768, socket);
      packet.fill(index, 5);
      socket.write(packet);
      return { packet, copy: Buffer.from(packet) };
    });
    for (const { packet, copy } of kept) expect(packet.equals(copy)).toBe(true);
    // Seven go into a slab, the others have buffers of their own.
    expect(kept.filter(({ packet }) => isOfSlab(packet)).length).toBe(7);
    await socket.handOn();
    const again = room.allocate(32_768, socket);
    expect([again.buffer === kept[0]?.packet.buffer, again.byteOffset]).toEqual([true, kept[0]?.packet.byteOffset]);
  });

  it('leave slabs to those who have much to send', () => {
    const room = new PacketRoom();
    expect(isOfSlab(room.allocate(100, new SlowSocket()))).toBe(false);
    const busy = Array.from({ length: 16 }, () => {
      const socket = new SlowSocket({ writableHighWaterMark: 1 << 20 });
      socket.write(room.allocate(32_768, socket));
      return socket;
    });
    expect(isOfSlab(room.allocate(32_768, new SlowSocket()))).toBe(false);
    busy[3]?.destroy();
    expect(isOfSlab(room.allocate(32_768, new SlowSocket()))).toBe(true);
  });

  it('pad with bytes that differ', () => {
    const room = new PacketRoom();
    const socket = new SlowSocket();
    const paddings = Array.from({ length: 600 }, () => room.allocate(4_096, socket).subarray(-27, -16).toString('hex'));
    expect(new Set(paddings).size).toBe(600);
  });
});
