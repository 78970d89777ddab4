/* oxlint-disable no-underscore-dangle -- ssh2 names its internals so; they are named nowhere else. */
import { createRequire } from 'node:module';
import type { Duplex } from 'node:stream';
import type ssh2 from 'ssh2';
import { invariant } from '../errors/index.ts';
import { PacketRoom } from './packet-room.ts';

/**
 * What we use of ssh2 beyond its documented surface: the transport below the connection layer. ssh2 does key exchange, encryption and
 * authentication; channels (RFC 4254 §5) are ours, because its own lose errors, ignore back-pressure and fix the window at 2 MB.
 * ssh2 is pinned exactly and test/unit/tunnels/ssh2-contract.test.ts holds every line of this file against the installed version.
 */
export interface SshProtocol {
  /** The table ssh2 looks into for each incoming message, by message name. */
  readonly _handlers: Record<string, MessageHandler | undefined>;
  /** Outgoing packets held back while keys are exchanged anew; undefined otherwise. */
  readonly _queue: readonly unknown[] | undefined;
  /** How packets are encrypted; another one after each exchange of keys. */
  readonly _cipher?: PacketCipher | undefined;
  /** How they are decrypted. */
  readonly _decipher?: PacketDecipher | undefined;
  /** Our part of an exchange of keys under way. */
  readonly _kexinit: unknown;
  directTcpip(localId: number, windowBytes: number, packetBytes: number, way: ForwardWay): void;
  channelData(remoteId: number, data: Buffer): void;
  channelEOF(remoteId: number): void;
  channelClose(remoteId: number): void;
  channelWindowAdjust(remoteId: number, bytes: number): void;
  channelFailure(remoteId: number): void;
  /** A global request that every server answers, if only with a refusal. */
  ping(): void;
  /** Without `sign` only asks whether the key would do. */
  authPK(user: string, key: ssh2.ParsedKey, algorithm?: string, sign?: SignRequest): void;
}

type SignRequest = (request: Buffer, done: (signature: Buffer) => void) => void;

export interface PacketCipher {
  /** Room for a packet with its lengths and padding in it; the payload goes behind the first five bytes. */
  allocPacket(payloadBytes: number): Buffer;
}

export interface PacketDecipher {
  /** Called with each packet's payload. */
  _onPayload: (payload: Buffer) => unknown;
  /** How much it has of the next packet's length; 0 between two packets. */
  readonly _lenBytes?: number;
}

export interface ForwardWay {
  readonly srcIP: string;
  readonly srcPort: number;
  readonly dstIP: string;
  readonly dstPort: number;
}

export type MessageHandler = (protocol: SshProtocol, ...fields: never[]) => void;

interface ClientInternals {
  readonly _protocol?: SshProtocol;
  /** Waiters for replies to global requests, oldest first. */
  readonly _callbacks?: ((failed: unknown) => void)[];
}

const methods = [
  'directTcpip',
  'channelData',
  'channelEOF',
  'channelClose',
  'channelWindowAdjust',
  'channelFailure',
  'ping',
  'authPK',
] as const;

/** The transport of a client on which `connect()` was called. */
export function protocolOf(client: ssh2.Client): SshProtocol {
  const protocol = (client as unknown as ClientInternals)._protocol;
  invariant(
    protocol !== undefined && methods.every((name) => typeof protocol[name] === 'function'),
    'this version of ssh2 has another transport than the one Sallyport was written for',
  );
  return protocol;
}

/** Sends a ping; `answered` is called when its reply arrives (never when the session is lost first). */
export function ping(client: ssh2.Client, answered: () => void): void {
  const waiters = (client as unknown as ClientInternals)._callbacks;
  invariant(waiters !== undefined, 'pings go out on connected clients only');
  waiters.push((failed) => {
    // `true` is the server's refusal of an unknown request, which is the answer we want; an Error means that the session is gone.
    if (!(failed instanceof Error)) answered();
  });
  protocolOf(client).ping();
}

/** Replaces one message handler and returns the one before. */
export function replaceHandler(
  protocol: SshProtocol,
  message: string,
  handler: (protocol: SshProtocol, ...fields: never[]) => void,
): MessageHandler {
  const before = protocol._handlers[message];
  invariant(before !== undefined, `ssh2 has no handler for ${message}`);
  protocol._handlers[message] = handler;
  return before;
}

/**
 * Offers the keys for which `signs` with their signature (RFC 4252 §7); ssh2 would ask first whether they would do, which costs a round trip.
 * The request for the service is not sent along: an sshd with Nagle on would hold its second answer back until the first is acknowledged.
 */
export function signAtOnce(protocol: SshProtocol, signs: () => boolean): void {
  const offer = protocol.authPK.bind(protocol);
  protocol.authPK = (user, key, algorithm, sign) => {
    offer(user, key, algorithm, sign ?? (signs() ? signerOf(key) : undefined));
  };
}

function signerOf(key: ssh2.ParsedKey): SignRequest {
  return (request, done) => {
    const signature: Buffer | Error = key.sign(request);
    if (signature instanceof Error) throw signature;
    done(signature);
  };
}

export const handlerOf = (protocol: SshProtocol, message: string): MessageHandler | undefined =>
  protocol._handlers[message];

/** Whether outgoing packets are held back because keys are exchanged anew. */
export const exchangingKeys = (protocol: SshProtocol): boolean => protocol._queue !== undefined;

/** The native cipher whose packets {@link PacketRoom} lays out; others make their own. */
const ourLayout = 'AESGCMCipherBinding';

const room = new PacketRoom();

/** Sees to it that a session's packets come out of our room. Call before sending: keys exchanged anew bring another cipher. */
export class OutgoingPackets {
  readonly #socket: SessionSocket;
  #cipher: PacketCipher | undefined;

  constructor(socket: SessionSocket) {
    this.#socket = socket;
  }

  prepare({ _cipher: cipher }: SshProtocol): void {
    if (cipher === this.#cipher) return;
    this.#cipher = cipher;
    if (cipher?.constructor.name !== ourLayout) return;
    cipher.allocPacket = (payloadBytes) => room.allocate(payloadBytes, this.#socket);
  }
}

const require = createRequire(import.meta.url);
let loaded: typeof ssh2 | undefined;

/** Loaded when the first tunnel needs it: a server that starts has other things to do. */
function library(): typeof ssh2 {
  return (loaded ??= require('ssh2') as typeof ssh2);
}

/** Whether ssh2's own native ciphers are in use; without them tunnels run at about half the speed. */
export function nativeAddonInUse(): boolean {
  const crypto = require('ssh2/lib/protocol/crypto.js') as { bindingAvailable?: boolean };
  return crypto.bindingAvailable === true;
}

export type SshClient = ssh2.Client;
export const newSshClient = (): SshClient => new (library().Client)();
export const parsePrivateKey = (pem: string): ssh2.ParsedKey | Error => {
  const parsed = library().utils.parseKey(pem);
  // ssh2 gives a list for key files of several keys; ours hold one.
  return Array.isArray(parsed) ? (parsed[0] ?? new Error('no key')) : parsed;
};

/** The socket under a session: TCP, or a channel of the jump host's session. */
export type SessionSocket = Duplex & { readonly bytesWritten?: number };
