import type { RelayLimits } from './contract.ts';
import { ended, idleTooLong } from './errors.ts';
import type { Relay } from './relay.ts';

const longestPauseMs = 5_000;
const shortestPauseMs = 20;

/** Ends relays that are too old, or that their client left alone too long. Looks at all of them now and then: bytes are moved without a clock. */
export class TimeLimits {
  readonly #limits: RelayLimits;
  readonly #relays: () => Iterable<Relay>;
  readonly #quiet = new WeakMap<Relay, { readonly bytes: number; readonly sinceMs: number }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: RelayLimits, relays: () => Iterable<Relay>) {
    this.#limits = limits;
    this.#relays = relays;
  }

  started(): void {
    const { idleTimeoutMs, lifetimeMs } = this.#limits;
    const shortest = Math.min(...[idleTimeoutMs, lifetimeMs].filter((limit) => limit > 0));
    if (this.#timer !== undefined || !Number.isFinite(shortest)) return;
    const pauseMs = Math.min(longestPauseMs, Math.max(shortestPauseMs, shortest / 8));
    this.#timer = setInterval(() => this.#look(performance.now()), pauseMs).unref();
  }

  stopped(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(nowMs: number): void {
    const { idleTimeoutMs, lifetimeMs } = this.#limits;
    for (const relay of this.#relays()) {
      if (lifetimeMs > 0 && nowMs - relay.openedAtMs > lifetimeMs) relay.end(ended('it reached its greatest age'));
      else if (idleTimeoutMs > 0 && this.#quietMs(relay, nowMs) > idleTimeoutMs) relay.end(idleTooLong());
    }
  }

  /** How long the client of an answered session has said nothing. */
  #quietMs(relay: Relay, nowMs: number): number {
    const bytes = relay.bytesFromClient;
    const known = this.#quiet.get(relay);
    if (known !== undefined && known.bytes === bytes && !relay.busy) return nowMs - known.sinceMs;
    this.#quiet.set(relay, { bytes, sinceMs: nowMs });
    return 0;
  }
}
