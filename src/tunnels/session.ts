import type { PgError } from '../errors/index.ts';
import type { Channel, ChannelOwner } from './channel.ts';
import { ChannelTable } from './channel-table.ts';
import { messageOf, sessionLost } from './errors.ts';
import type { PresentedHostKey } from './host-keys.ts';
import { Liveness } from './liveness.ts';
import { ping, protocolOf, type SessionSocket, type SshClient } from './ssh2-transport.ts';

/** What is known of a session from its login on. */
export interface SessionFacts {
  readonly host: string;
  readonly port: number;
  readonly key: { readonly slot: 1 | 2; readonly fingerprint: string };
  readonly hostKey: PresentedHostKey;
  /** `OpenSSH_9.2p1 Debian-2+deb12u10`. */
  readonly serverVersion: string;
  /** `curve25519-sha256, aes128-gcm@openssh.com`. */
  readonly algorithms: string;
}

/** A session takes this many channels before opens are refused; sshd's own table ends at 16 384 and takes the session with it. */
export const sessionChannelsMax = 10_000;
/** More than this for two seconds is bulk, behind which small answers would have to queue. */
const busyBytesPerSecond = 2_000_000;
const goodbyeMs = 1_000;
let sessions = 0;

/** One logged-in SSH session: a value, never repaired. When it dies all its channels die with an error, and the next use makes another. */
export class Session implements AsyncDisposable {
  /** Counts up over all sessions of the process, so that late events of an old one can be told from a new one's. */
  readonly number: number;
  readonly facts: SessionFacts;
  readonly openedAtMs = Date.now();
  readonly #client: SshClient;
  readonly #socket: SessionSocket;
  readonly #channels: ChannelTable;
  readonly #liveness: Liveness;
  readonly #endListeners: ((error: PgError | undefined) => void)[] = [];
  readonly #emptyListeners: (() => void)[] = [];
  #ended = false;
  #endedBy: PgError | undefined;
  #draining = false;
  #closing = false;
  #busyTicks = 0;
  #movedBefore = 0;
  #gateWaitsBefore = 0;

  constructor(client: SshClient, socket: SessionSocket, facts: SessionFacts, silenceMs: number) {
    sessions += 1;
    this.number = sessions;
    this.facts = facts;
    this.#client = client;
    this.#socket = socket;
    this.#liveness = new Liveness({
      socket,
      silenceMs,
      ping: (answered) => ping(client, answered),
      dead: () => this.#end(`no answer for ${Math.round(silenceMs / 1000)} s`),
      tick: (elapsedMs) => this.#measure(elapsedMs),
    });
    this.#channels = new ChannelTable({
      protocol: protocolOf(client),
      socket,
      roundTripMs: () => this.#liveness.roundTripMs ?? 0,
      roundTripAtMost: (ms) => this.#liveness.roundTripAtMost(ms),
      acknowledgeSmallReads: hasNagle(facts.serverVersion),
      onEmpty: () => this.#emptied(),
    });
    this.#watch();
  }

  get alive(): boolean {
    return !this.#ended && !this.#closing;
  }

  get draining(): boolean {
    return this.#draining;
  }

  get channels(): ChannelTable {
    return this.#channels;
  }

  get roundTripMs(): number | undefined {
    return this.#liveness.roundTripMs;
  }

  /** Whether it has moved as much as it can for some seconds: new channels do better elsewhere. */
  get busy(): boolean {
    return this.#busyTicks >= 2;
  }

  /** Milliseconds since the bastion was last heard of. */
  get silentMs(): number {
    return this.#liveness.silentMs;
  }

  get hasRoom(): boolean {
    return this.alive && !this.#draining && this.#channels.size < sessionChannelsMax;
  }

  /** @throws PgError 08006 when the session has ended. */
  openChannel(host: string, port: number, owner: ChannelOwner): Channel {
    if (!this.alive) throw sessionLost(this.facts, 'it is closed');
    return this.#channels.openChannel(host, port, owner);
  }

  /** Calls back once, with the error that ended it or undefined for our own close; at once when that was before. */
  onEnd(listener: (error: PgError | undefined) => void): void {
    if (this.#ended) listener(this.#endedBy);
    else this.#endListeners.push(listener);
  }

  /** Calls back each time that its last channel goes. */
  onEmpty(listener: () => void): void {
    this.#emptyListeners.push(listener);
  }

  /** Takes no new channels and closes when it has none. */
  drain(): void {
    this.#draining = true;
    if (this.#channels.size === 0) this.close();
  }

  /** Takes channels again: the definition it was drained for came back. */
  undrain(): void {
    this.#draining = false;
  }

  /** Ends it and its channels. */
  close(reason = 'it was closed'): void {
    if (!this.alive) return;
    this.#closing = true;
    this.#channels.lose(sessionLost(this.facts, reason));
    this.#client.end();
    const destroy = setTimeout(() => this.#socket.destroy(), goodbyeMs).unref();
    this.#socket.once('close', () => clearTimeout(destroy));
    this.#settle(undefined);
  }

  /** Asks the bastion for a sign of life, if it was not asked already. */
  ask(): void {
    if (this.alive) this.#liveness.ask();
  }

  /** The bastion does not answer what it must answer: give it up without waiting for the keepalive. */
  condemn(reason: string): void {
    this.#end(reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  #watch(): void {
    // Before ssh2's own listeners: it would turn the loss into a clean end of every channel.
    this.#socket.prependListener('error', (error: Error) => this.#end(messageOf(error)));
    this.#socket.prependListener('end', () => this.#end('the bastion closed it'));
    this.#socket.prependListener('close', () => this.#end('the bastion closed it'));
    this.#client.on('error', (error) => this.#end(messageOf(error)));
    this.#client.on('close', () => this.#end('the bastion closed it'));
    // Emitted again after each new key exchange, during which the gate was closed.
    this.#client.on('handshake', () => this.#channels.serveWaiting());
  }

  /** Called about once a second. */
  #measure(elapsedMs: number): void {
    const { bytesRead, bytesWritten, gateWaits } = this.#channels;
    const moved = bytesRead + bytesWritten;
    const busy =
      (moved - this.#movedBefore) / (elapsedMs / 1000) > busyBytesPerSecond || gateWaits > this.#gateWaitsBefore;
    this.#movedBefore = moved;
    this.#gateWaitsBefore = gateWaits;
    this.#busyTicks = busy ? this.#busyTicks + 1 : 0;
  }

  #emptied(): void {
    if (this.#draining) this.close();
    for (const listener of this.#emptyListeners) listener();
  }

  #end(reason: string): void {
    if (this.#ended) return;
    const error = this.#closing ? undefined : sessionLost(this.facts, reason);
    if (error !== undefined) this.#channels.lose(error);
    this.#socket.destroy();
    this.#settle(error);
  }

  #settle(error: PgError | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#endedBy = error;
    this.#liveness.stop();
    for (const listener of this.#endListeners) listener(error);
  }
}

/** sshd sets TCP_NODELAY on forwarding sessions from 10.1 on. Other servers are taken for modern ones. */
export function hasNagle(serverVersion: string): boolean {
  const version = /OpenSSH_(?:for_Windows_)?(\d+)\.(\d+)/.exec(serverVersion);
  if (version === null) return false;
  const [major = 0, minor = 0] = version.slice(1).map(Number);
  return major < 10 || (major === 10 && minor < 1);
}
