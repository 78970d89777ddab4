import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { BastionSocket } from '../../../src/tunnels/bastion-socket.ts';
import { takeOff, wideLanding } from '../../../src/tunnels/blocks.ts';
import { IncomingPackets } from '../../../src/tunnels/incoming-packets.ts';
import { nativeAddonInUse, type PacketDecipher, type SshProtocol } from '../../../src/tunnels/ssh2-transport.ts';

const crypto = createRequire(import.meta.url)('ssh2/lib/protocol/crypto.js') as {
  CIPHER_INFO: Record<string, unknown>;
  createCipher(config: unknown): { allocPacket(payloadBytes: number): Buffer; encrypt(packet: Buffer): void };
  createDecipher(config: unknown): PacketDecipher & { decrypt(data: Buffer, start: number, end: number): void };
};

const channelData = 94;
const globalRequest = 80;

/** ssh2's own cipher and decipher of one kind, with the same keys. */
function pair(name: string, onWrite: (packet: Buffer) => void, onPayload: (payload: Buffer) => void) {
  const info = crypto.CIPHER_INFO[name] as { readonly keyLen: number; readonly ivLen: number };
  const [key, iv] = [randomBytes(info.keyLen), randomBytes(info.ivLen)];
  return {
    cipher: crypto.createCipher({
      outbound: { seqno: 0, onWrite, cipherInfo: info, cipherKey: key, cipherIV: iv },
    }),
    decipher: crypto.createDecipher({
      inbound: { seqno: 0, onPayload, decipherInfo: info, decipherKey: key, decipherIV: iv },
    }),
  };
}

async function connected(): Promise<{ readonly near: BastionSocket; readonly far: Socket } & AsyncDisposable> {
  const server = createServer({ noDelay: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const near = new BastionSocket();
  near.connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  const [far] = await accepted;
  return {
    near,
    far,
    async [Symbol.asyncDispose]() {
      near.destroy();
      far.destroy();
      server.close();
    },
  };
}

it.each(['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com'])(
  'come whole and in order however they were cut, and all but bulk is for keeps: %s',
  async (name) => {
    const wire: Buffer[] = [];
    const payloads: { readonly payload: Buffer; readonly whereItLanded: boolean }[] = [];
    const sent = [1, 2, 15, 16, 17, 300, 4_096, 32_777, 32_777, 20, 34_000].flatMap((bytes, index) =>
      [channelData, globalRequest].map((type) => Buffer.concat([Buffer.of(type), Buffer.alloc(bytes, index + 1)])),
    );
    const { cipher, decipher } = pair(
      name,
      (packet) => wire.push(Buffer.from(packet)),
      (payload) => {
        const whereItLanded = payload.buffer === wideLanding.buffer;
        payloads.push({ payload: payload[0] === channelData ? Buffer.from(takeOff(payload)) : payload, whereItLanded });
      },
    );
    for (const payload of sent) {
      const packet = cipher.allocPacket(payload.length);
      packet.set(payload, 5);
      cipher.encrypt(packet);
    }

    await using sockets = await connected();
    const protocol = { _decipher: decipher, _kexinit: undefined } as unknown as SshProtocol;
    IncomingPackets.take(sockets.near, protocol);
    sockets.near.on('data', (chunk: Buffer) => decipher.decrypt(chunk, 0, chunk.length));
    const bytes = Buffer.concat(wire);
    for (let start = 0; start < bytes.length; ) {
      const end = Math.min(bytes.length, start + (start < 2_000 ? 1 + randomInt(30) : 1 + randomInt(60_000)));
      await new Promise((written) => sockets.far.write(bytes.subarray(start, end), written));
      await new Promise(setImmediate);
      start = end;
    }
    await expect.poll(() => payloads.length).toBe(sent.length);

    const changed = payloads.filter(({ payload }, index) => !payload.equals(sent[index] as Buffer));
    expect(changed).toEqual([]);
    const landed = payloads.filter((each) => each.whereItLanded).map((each) => each.payload[0]);
    expect(new Set(landed)).toEqual(new Set(nativeAddonInUse() ? [channelData] : []));
  },
);

it('come as ssh2 finds them where they are not laid out so, and while keys are exchanged', async () => {
  for (const [name, kexinit] of [
    ['chacha20-poly1305@openssh.com', undefined],
    ['aes128-gcm@openssh.com', Buffer.of(20)],
  ] as const) {
    const got: Buffer[] = [];
    const wire: Buffer[] = [];
    const { cipher, decipher } = pair(
      name,
      (packet) => wire.push(packet),
      (payload) => got.push(payload),
    );
    const packet = cipher.allocPacket(1_000);
    packet.fill(channelData, 5, 1_005);
    cipher.encrypt(packet);
    await using sockets = await connected();
    IncomingPackets.take(sockets.near, { _decipher: decipher, _kexinit: kexinit } as unknown as SshProtocol);
    sockets.near.on('data', (chunk: Buffer) => decipher.decrypt(chunk, 0, chunk.length));
    sockets.far.write(Buffer.concat(wire));
    await expect.poll(() => got).toEqual([Buffer.alloc(1_000, channelData)]);
    expect(got[0]?.buffer).not.toBe(wideLanding.buffer);
  }
});
