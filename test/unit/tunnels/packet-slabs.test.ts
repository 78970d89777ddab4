import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { PacketSlabs } from '../../../src/tunnels/packet-slabs.ts';
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

describe('packets out of slabs', () => {
  it('are laid out as ssh2 lays out its own', () => {
    const own = ownCipher();
    expect(own.constructor.name).toBe(nativeAddonInUse() ? 'AESGCMCipherBinding' : 'AESGCMCipherNative');
    const slabs = new PacketSlabs();
    for (const payloadBytes of [...Array.from({ length: 40 }, (_, index) => 4_096 + index), 32_777, 35_000]) {
      const socket = new SlowSocket();
      const packet = slabs.allocate(payloadBytes, socket);
      if (!nativeAddonInUse()) continue;
      const theirs = own.allocPacket(payloadBytes);
      expect(packet?.length).toBe(theirs.length);
      expect(packet?.subarray(0, 5)).toEqual(theirs.subarray(0, 5));
    }
  });

  it('are not used again while the socket holds one of them', async () => {
    const slabs = new PacketSlabs();
    const socket = new SlowSocket({ writableHighWaterMark: 1 << 20 });
    const kept: { readonly packet: Buffer; readonly copy: Buffer }[] = [];
    for (;;) {
      const packet = slabs.allocate(32_768, socket);
      if (packet === undefined) break;
      packet.fill(kept.length, 5);
      socket.write(packet);
      kept.push({ packet, copy: Buffer.from(packet) });
    }
    expect(kept.length).toBe(7);
    for (const { packet, copy } of kept) expect(packet.equals(copy)).toBe(true);
    await socket.handOn();
    expect(slabs.allocate(32_768, socket)?.byteOffset).toBe(kept[0]?.packet.byteOffset);
  });

  it('leave small packets to ssh2, and slabs to those who have something to send', () => {
    const slabs = new PacketSlabs();
    expect(slabs.allocate(100, new SlowSocket())).toBe(undefined);
    const busy = Array.from({ length: 16 }, () => {
      const socket = new SlowSocket({ writableHighWaterMark: 1 << 20 });
      socket.write(slabs.allocate(32_768, socket));
      return socket;
    });
    expect(slabs.allocate(32_768, new SlowSocket())).toBe(undefined);
    busy[3]?.destroy();
    expect(slabs.allocate(32_768, new SlowSocket())).toBeDefined();
  });

  it('pad with bytes that differ', () => {
    const slabs = new PacketSlabs();
    const socket = new SlowSocket();
    const paddings = Array.from({ length: 600 }, () =>
      slabs.allocate(4_096, socket)?.subarray(-27, -16).toString('hex'),
    );
    expect(new Set(paddings).size).toBe(600);
  });
});
