import type { Log } from '../../telemetry/index.ts';
import type { Job } from './job.ts';
import type { Mirror } from './mirror.ts';

/** A mirror and what it is at; the first job is the one that runs. */
export interface Seat {
  readonly mirror: Mirror;
  readonly jobs: Job[];
  /** Looks whether the first job holds others up. */
  watch: NodeJS.Timeout | null;
}

export interface SeatsOptions {
  /** Starts a mirror and tells `track` of it before the first commit that it could miss. */
  readonly start: (track: (mirror: Mirror) => void) => Promise<Mirror>;
  /** A mirror came, or did not; `failure` is set when those who wait for one should wait no longer. */
  readonly onChange: (failure: { readonly error: unknown } | null) => void;
  readonly log: Log;
}

/** One serves, and two statements may run long beside it. */
const mirrorsMax = 3;
/** A third mirror is started only while the process is smaller than this: it adds some 60 MB. */
const thirdBelowBytes = 360 * 1024 * 1024;
/** How long more mirrors than one are kept after something was slow, or ended its engine: it is likely to happen again. */
const sparesKeptMs = 180_000;

/** The mirrors that there are: the one that serves, those that slow statements keep, and spares. */
export class Seats {
  readonly tracked = new Set<Mirror>();
  readonly #options: SeatsOptions;
  readonly #others = new Set<Seat>();
  #serving: Seat | null = null;
  #starting: Promise<void> | null = null;
  #sparesTimer: NodeJS.Timeout | null = null;
  #sparesUntilMs = 0;
  #closed = false;
  #failures = 0;

  constructor(options: SeatsOptions) {
    this.#options = options;
  }

  /** The seat that takes work; null while none does. */
  get serving(): Seat | null {
    if (this.#serving?.mirror.lost === true) this.#serving = null;
    return this.#serving;
  }

  get all(): readonly Seat[] {
    return this.#serving === null ? [...this.#others] : [this.#serving, ...this.#others];
  }

  /** One that could serve at once. */
  get spare(): Seat | undefined {
    return [...this.#others].find(({ mirror, jobs }) => !mirror.lost && jobs.every((job) => job.upkeep));
  }

  /** Whether one more may be started, or is on its way. */
  get hasRoom(): boolean {
    const { length } = this.all;
    if (length < 2 || this.#starting !== null) return true;
    return length < mirrorsMax && process.memoryUsage.rss() < thirdBelowBytes;
  }

  /** Lets a spare serve, or a new mirror as soon as it is there. */
  fill(): void {
    const { spare } = this;
    if (spare === undefined) {
      this.#starting ??= this.#start();
      return;
    }
    this.#others.delete(spare);
    this.#serving = spare;
  }

  /** A slow statement keeps its mirror; another one serves. */
  putAside(seat: Seat): void {
    this.#serving = null;
    this.#others.add(seat);
    this.#sparesUntilMs = performance.now() + sparesKeptMs;
    this.fill();
  }

  /** Ends a mirror and starts others in its place, even when nobody waits: the next read, and the next one that is too much, need not wait for them. */
  replace(seat: Seat): void {
    this.#sparesUntilMs = performance.now() + sparesKeptMs;
    if (this.#serving === seat) this.#serving = null;
    this.#others.delete(seat);
    void this.#retire(seat);
    if (this.#closed) return;
    if (this.serving === null) this.fill();
    this.keepSpares();
  }

  /** Starts the spares that are wanted, and sees to their end. */
  keepSpares(): void {
    if (this.#wantsSpare && this.hasRoom) this.#starting ??= this.#start();
    if (this.#sparesTimer !== null) clearTimeout(this.#sparesTimer);
    if (this.#others.size === 0 || this.#closed) return;
    this.#sparesTimer = setTimeout(() => this.#endSpares(), Math.max(0, this.#sparesUntilMs - performance.now()));
    this.#sparesTimer.unref();
  }

  get #wantsSpare(): boolean {
    return this.all.length < mirrorsMax && !this.#closed && performance.now() < this.#sparesUntilMs;
  }

  #endSpares(): void {
    for (const seat of this.#others) {
      if (seat.jobs.length > 0) continue;
      this.#others.delete(seat);
      void this.#retire(seat);
    }
  }

  async #start(): Promise<void> {
    let failed: { readonly error: unknown } | null = null;
    try {
      const mirror = await this.#options.start((tracked) => this.tracked.add(tracked));
      this.#failures = 0;
      const seat: Seat = { mirror, jobs: [], watch: null };
      if (this.#closed) await this.#retire(seat);
      else if (this.serving === null) this.#serving = seat;
      // While it started, another may have become free and taken over.
      else if (this.#wantsSpare) this.#others.add(seat);
      else await this.#retire(seat);
    } catch (error) {
      this.#failures += 1;
      this.#options.log.error({ error: String(error), failures: this.#failures }, 'mirror did not start');
      // A second failure in a row is not bad luck: those who wait are told instead of waiting for ever.
      if (this.#failures > 1) failed = { error };
    } finally {
      this.#starting = null;
    }
    if (this.#failures === 0) this.keepSpares();
    this.#options.onChange(failed);
  }

  async #retire(seat: Seat): Promise<void> {
    this.tracked.delete(seat.mirror);
    if (seat.watch !== null) clearTimeout(seat.watch);
    await seat.mirror.end();
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#sparesTimer !== null) clearTimeout(this.#sparesTimer);
    await this.#starting;
    await Promise.all(this.all.map((seat) => this.#retire(seat)));
  }
}
