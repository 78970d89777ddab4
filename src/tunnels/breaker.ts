import type { PgError } from '../errors/index.ts';
import type { FailureKind } from './errors.ts';

/** Waiting times by what went wrong, in milliseconds; the last one is repeated. */
const steps: Readonly<Record<Exclude<FailureKind, 'ours'>, readonly number[]>> = {
  // No further than 5 s: a bastion that is back is used within that time.
  down: [500, 1_000, 2_000, 5_000],
  crowded: [300, 600, 1_000, 2_000],
  penalised: [1_000, 5_000, 15_000, 30_000, 60_000],
  // sshd punishes failed logins of an address: at most one automatic one in 20 s.
  refused: [20_000, 60_000],
};

const forgottenAfterMs = 600_000;

interface Failing {
  readonly kind: Exclude<FailureKind, 'ours'>;
  readonly count: number;
  readonly tunnel: string;
  readonly error: PgError;
  readonly failedAtMs: number;
  readonly retryAtMs: number;
}

export interface Obstacle {
  readonly error: PgError;
  readonly failedAtMs: number;
  readonly retryAtMs: number;
}

/**
 * When automatic logins may be tried again, for one bastion address: MaxStartups and penalties count our address, not the tunnel. What a
 * bastion refuses to one tunnel (key, host key) holds up that tunnel, and those of which it is not known that they may log in.
 */
export class Breaker {
  readonly #now: () => number;
  readonly #random: () => number;
  #bastion: Failing | undefined;
  readonly #tunnels = new Map<string, Failing>();
  #lastRefusal: Failing | undefined;

  constructor(now: () => number = () => performance.now(), random: () => number = Math.random) {
    this.#now = now;
    this.#random = random;
  }

  failed(tunnel: string, kind: FailureKind, error: PgError): void {
    if (kind === 'ours') return;
    this.#prune();
    if (kind === 'refused') {
      const failing = this.#next(this.#tunnels.get(tunnel), tunnel, kind, error);
      this.#tunnels.set(tunnel, failing);
      this.#lastRefusal = failing;
      return;
    }
    this.#bastion = this.#next(this.#bastion, tunnel, kind, error);
  }

  /** A login worked: the bastion is there, and takes this tunnel. */
  succeeded(tunnel: string): void {
    this.#bastion = undefined;
    this.#tunnels.delete(tunnel);
    if (this.#tunnels.size === 0) this.#lastRefusal = undefined;
  }

  /** The tunnel was dropped or defined anew: what was refused to it counts no more. `belongs` tells its names, past and present. */
  forget(belongs: (tunnel: string) => boolean): void {
    for (const tunnel of this.#tunnels.keys()) if (belongs(tunnel)) this.#tunnels.delete(tunnel);
    if (this.#lastRefusal !== undefined && belongs(this.#lastRefusal.tunnel)) this.#lastRefusal = undefined;
  }

  /** What keeps an automatic login of this tunnel waiting; undefined when it may go. `proven`: it has logged in before as it is defined. */
  obstacle(tunnel: string, proven: boolean): Obstacle | undefined {
    const own = this.#tunnels.get(tunnel);
    const others = proven || own !== undefined ? undefined : this.#lastRefusal;
    const holding = [this.#bastion, own, others].filter(
      (failing) => failing !== undefined && failing.retryAtMs > this.#now(),
    ) as Failing[];
    return holding.toSorted((a, b) => b.retryAtMs - a.retryAtMs)[0];
  }

  /** Refusals of long ago hold nobody up. */
  #prune(): void {
    for (const [tunnel, failing] of this.#tunnels) {
      if (failing.retryAtMs + forgottenAfterMs < this.#now()) this.#tunnels.delete(tunnel);
    }
  }

  #next(before: Failing | undefined, tunnel: string, kind: Failing['kind'], error: PgError): Failing {
    const now = this.#now();
    // Logins that were under way together fail together: that is one failure, not a row of them.
    const stillHeld = before !== undefined && before.retryAtMs > now;
    const count = before?.kind !== kind ? 1 : stillHeld ? before.count : before.count + 1;
    const table = steps[kind];
    const stepMs = table[Math.min(count, table.length) - 1] ?? 0;
    // Jitter only shortens, so that the steps are upper bounds; a refused login keeps its full distance.
    const jitter = kind === 'refused' ? 1 : 0.8 + 0.2 * this.#random();
    return { kind, count, tunnel, error, failedAtMs: now, retryAtMs: now + stepMs * jitter };
  }
}
