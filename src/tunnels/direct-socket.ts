import { Socket, type SocketConstructorOpts } from 'node:net';
import { PgError, type StageReport } from '../errors/index.ts';
import { landing, takeOff } from './blocks.ts';
import type { DialedSocket } from './contract.ts';
import type { Egress } from './egress.ts';
import { address, cancelled, channelBroken, notConnected, timedOut } from './errors.ts';
import { reported, startClock } from './stages.ts';
import { policyRefused, targetRefusal, type TargetLists } from './target-policy.ts';
import { type ResolvedAddress, resolveHost } from './tcp.ts';
import type { TunnelTimeouts } from './timeouts.ts';

export interface DirectOptions {
  readonly ownerIsSuperuser: boolean;
  readonly targets: TargetLists;
  readonly egress: Egress;
  readonly timeouts: TunnelTimeouts;
  readonly signal: AbortSignal;
}

/** A connection without a tunnel: a net.Socket whose address is looked up here, held against the target policy, then connected. */
export class DirectSocket extends Socket implements DialedSocket {
  readonly reports: StageReport[] = [];
  readonly #host: string;
  readonly #port: number;
  readonly #options: DirectOptions;
  #connected = false;

  constructor(host: string, port: number, options: DirectOptions) {
    // Node.js takes `onread` here as it does in `net.connect`; its types do not say so.
    const onread = {
      buffer: landing,
      callback: (bytes: number): boolean => this.push(takeOff(landing.subarray(0, bytes))),
    };
    super({ onread } as SocketConstructorOpts);
    this.#host = host;
    this.#port = port;
    this.#options = options;
    // Options of `connect()` by these names are not looked at.
    this.setNoDelay(true).setKeepAlive(true);
    // A socket nobody listens to must not end the process.
    this.on('error', () => {});
    // Writes wait for `connect` while this is set, as they do during a look-up of net's own.
    (this as { connecting: boolean }).connecting = true;
    const onAbort = () => this.destroy(cancelled(options.signal));
    options.signal.addEventListener('abort', onAbort, { once: true });
    const forget = () => options.signal.removeEventListener('abort', onAbort);
    this.once('connect', forget);
    this.once('close', forget);
    if (options.signal.aborted) onAbort();
    else this.#start().catch((error: Error) => this.destroy(error));
  }

  /** It connects by itself: clients that insist get their event. */
  override connect(...args: unknown[]): this {
    const listener = args.at(-1);
    if (typeof listener === 'function') this.once('connect', listener as () => void);
    if (!this.connecting && !this.destroyed) process.nextTick(() => this.emit('connect'));
    return this;
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // oxlint-disable-next-line no-underscore-dangle -- node's name
    super._destroy(error === null || error instanceof PgError ? error : this.#explained(error), done);
  }

  #explained(error: Error): PgError {
    return this.#connected ? channelBroken(this.#label, error) : notConnected('connect', this.#label, error);
  }

  get #label(): string {
    return address(this.#host, this.#port);
  }

  async #start(): Promise<void> {
    const { signal, timeouts } = this.#options;
    const target = this.#label;
    const found = await reported(
      this.reports,
      {
        stage: 'resolve',
        target,
        detail: (all: readonly ResolvedAddress[]) => all.map((one) => one.address).join(', '),
      },
      () => resolveHost(this.#host, target, 'resolve', { timeoutMs: timeouts.resolveMs, signal }),
    );
    if (this.destroyed) return;
    const { ownerIsSuperuser, targets } = this.#options;
    const refusals = found.map((entry) => targetRefusal(entry.address, ownerIsSuperuser, targets));
    const allowed = found.filter((_, index) => refusals[index] === undefined);
    if (allowed.length === 0) throw policyRefused(target, refusals[0] ?? 'it has no address');
    this.#connectTo(allowed);
  }

  #connectTo(addresses: readonly ResolvedAddress[]): void {
    const target = this.#label;
    const { timeouts, egress } = this.#options;
    const clock = startClock(this.reports, target);
    const first = addresses[0] as ResolvedAddress;
    const localAddress = egress.bindAddress(first.family);
    const timer = setTimeout(() => this.destroy(timedOut('connect', target, timeouts.connectMs)), timeouts.connectMs);
    const onError = (error: Error) => clock.failed('connect', error);
    this.once('error', onError);
    this.once('close', () => clearTimeout(timer));
    this.prependOnceListener('connect', () => {
      clearTimeout(timer);
      this.off('error', onError);
      this.#connected = true;
      clock.passed('connect', `${this.localAddress} to ${this.remoteAddress}`);
    });
    // With a bound address node tries one address only; without, all of them, both families in turn.
    super.connect({
      host: localAddress === undefined ? 'resolved' : first.address,
      port: this.#port,
      ...(localAddress === undefined
        ? {
            autoSelectFamily: addresses.length > 1,
            lookup: (_host, options, done) => handOver(addresses, options, done),
          }
        : { localAddress }),
    });
  }
}

type LookupDone = (
  error: Error | null,
  address: string | { address: string; family: number }[],
  family?: number,
) => void;

function handOver(
  addresses: readonly ResolvedAddress[],
  options: { all?: boolean | undefined },
  done: LookupDone,
): void {
  const first = addresses[0] as ResolvedAddress;
  if (options.all === true)
    done(
      null,
      addresses.map((entry) => ({ ...entry })),
    );
  else done(null, first.address, first.family);
}
