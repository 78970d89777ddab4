import { rm } from 'node:fs/promises';
import { PgError, flatten, limitExceeded, queryCancelled } from '../../errors/index.ts';
import type { Commit } from '../../catalog/index.ts';
import type { ObservationChange } from '../../observations/index.ts';
import type { Log } from '../../telemetry/index.ts';
import { EngineLost } from './engine.ts';
import { type Job, cancellation, catchingUp, newJob } from './job.ts';
import type { Mirror } from './mirror.ts';

/** A statement that runs longer while others wait gets its mirror to itself. */
const slowAfterMs = 250;
/** A cancelled statement may end by itself within this time; after it, its engine is ended. */
const graceMs = 50;
/** How long a second mirror is kept after something was slow, or ended its engine: it is likely to happen again. */
const spareKeptMs = 180_000;
/** Memory of an engine never shrinks: one that grew beyond this is replaced. */
const memoryBytesMax = 160 * 1024 * 1024;

interface Seat {
  readonly mirror: Mirror;
  job: Job | null;
  slowTimer: NodeJS.Timeout | null;
}

export interface MirrorsOptions {
  /** Starts a mirror and tells `track` of it before the first commit that it could miss. */
  readonly start: (track: (mirror: Mirror) => void) => Promise<Mirror>;
  readonly log: Log;
  readonly scratchFolder: string;
}

/**
 * Gives work to mirrors: one serves, one thing at a time, in order of arrival. When a statement runs long while others
 * wait, it keeps its mirror and a second one serves the others; when a second statement turns slow, the one that has run
 * longest is ended. Never more than two.
 */
export class Mirrors implements AsyncDisposable {
  readonly #options: MirrorsOptions;
  readonly #queue: Job[] = [];
  readonly #tracked = new Set<Mirror>();
  #serving: Seat | null = null;
  #other: Seat | null = null;
  #starting: Promise<void> | null = null;
  #spareTimer: NodeJS.Timeout | null = null;
  #spareUntilMs = 0;
  #closed = false;
  #failures = 0;

  constructor(options: MirrorsOptions) {
    this.#options = options;
  }

  /** Tells every mirror of a commit. */
  committed(commit: Commit): void {
    for (const mirror of this.#tracked) {
      if (mirror.lost) this.#tracked.delete(mirror);
      else mirror.committed(commit);
    }
    this.#catchUpWhenIdle();
  }

  /** Tells every mirror of what was seen. */
  observed(change: ObservationChange): void {
    for (const mirror of this.#tracked) mirror.observed(change);
    this.#catchUpWhenIdle();
  }

  /** Resolves when a mirror serves. */
  async ready(): Promise<void> {
    await this.run(async () => {}, { signal: new AbortController().signal, timeoutMs: 0 });
  }

  /**
   * Runs `work` on a mirror that has caught up with every commit so far (`wholly`: that has the histories too). Work that has not begun survives the death of its mirror.
   * @throws PgError 57014 when cancelled or over time, 54001 when the statement ended its engine.
   */
  async run(
    work: (mirror: Mirror) => Promise<void>,
    limits: { readonly signal: AbortSignal; readonly timeoutMs: number; readonly wholly?: () => boolean },
  ): Promise<void> {
    if (this.#closed) throw queryCancelled('canceling statement because the server is shutting down');
    if (limits.signal.aborted) throw cancellation(limits.signal);
    const { job, done } = newJob(work, limits.wholly);
    const cancel = (): void => this.#cancel(job, cancellation(limits.signal));
    const timer =
      limits.timeoutMs > 0
        ? setTimeout(
            () => this.#cancel(job, queryCancelled('canceling statement due to statement timeout')),
            limits.timeoutMs,
          )
        : null;
    limits.signal.addEventListener('abort', cancel, { once: true });
    this.#queue.push(job);
    this.#dispatch();
    try {
      await done;
    } finally {
      limits.signal.removeEventListener('abort', cancel);
      if (timer !== null) clearTimeout(timer);
    }
  }

  #dispatch(): void {
    if (this.#closed || this.#queue.length === 0) return;
    const seat = this.#serving;
    if (seat === null || seat.mirror.lost) return this.#seat();
    if (seat.job !== null) return this.#watch(seat);
    const job = this.#queue.shift();
    if (job !== undefined) void this.#perform(seat, job);
  }

  /** Finds a mirror that serves: the second one if it is free, or a new one. */
  #seat(): void {
    this.#serving = null;
    const other = this.#other;
    if (other !== null && other.job?.upkeep !== false && !other.mirror.lost) {
      this.#serving = other;
      this.#other = null;
      this.#dispatch();
      return;
    }
    this.#starting ??= this.#start();
  }

  async #start(): Promise<void> {
    try {
      const mirror = await this.#options.start((tracked) => this.#tracked.add(tracked));
      this.#failures = 0;
      if (this.#closed) return await mirror.end();
      const seat = { mirror, job: null, slowTimer: null };
      // While it started, the second mirror may have become free and taken over.
      if (this.#serving === null) this.#serving = seat;
      else if (this.#wantsSpare) this.#keepSpare((this.#other = seat));
      else await this.#retire(seat);
    } catch (error) {
      this.#failures += 1;
      this.#options.log.error({ error: String(error), failures: this.#failures }, 'mirror did not start');
      // A second failure in a row is not bad luck: those who wait are told instead of waiting for ever.
      if (this.#failures > 1) for (const job of this.#queue.splice(0)) this.#settle(job, error);
    } finally {
      this.#starting = null;
    }
    if (this.#failures === 0 && this.#wantsSpare) this.#starting = this.#start();
    this.#catchUpWhenIdle();
    this.#dispatch();
  }

  get #wantsSpare(): boolean {
    return this.#other === null && !this.#closed && performance.now() < this.#spareUntilMs;
  }

  async #perform(seat: Seat, job: Job): Promise<void> {
    seat.job = job;
    job.startedAt = performance.now();
    if (this.#queue.length > 0) this.#watch(seat);
    try {
      await seat.mirror.catchUp();
      while (!seat.mirror.complete && job.wholly() && !job.settled) await seat.mirror.loadMore();
      await job.work(seat.mirror);
      this.#settle(job, null);
    } catch (error) {
      if (!(error instanceof PgError)) await this.#failed(seat, job, error);
      this.#settle(job, error);
    }
    seat.job = null;
    if (seat.slowTimer !== null) clearTimeout(seat.slowTimer);
    seat.slowTimer = null;
    this.#leave(seat);
  }

  async #failed(seat: Seat, job: Job, error: unknown): Promise<void> {
    if (error instanceof EngineLost) {
      this.#settle(
        job,
        limitExceeded('the statement needed more than its engine can give, and was ended', { tooComplex: true }),
      );
    } else {
      this.#options.log.error({ error: String(error) }, 'mirror failed');
      this.#settle(job, flatten(error));
    }
    this.#tracked.delete(seat.mirror);
    await seat.mirror.end();
  }

  /** A seat is free again. */
  #leave(seat: Seat): void {
    const spent = seat.mirror.lost || seat.mirror.memoryBytes > memoryBytesMax;
    if (spent) this.#replace(seat);
    else if (seat === this.#other) this.#keepSpare(seat);
    this.#catchUpWhenIdle();
    this.#dispatch();
  }

  /** Mirrors are kept warm even when nobody waits: the next read, and the next one that is too much, need not wait for them. */
  #replace(seat: Seat): void {
    this.#spareUntilMs = performance.now() + spareKeptMs;
    if (seat === this.#other) this.#other = null;
    if (seat === this.#serving) this.#serving = null;
    void this.#retire(seat);
    if (this.#closed) return;
    if (this.#serving === null) this.#seat();
    if (this.#wantsSpare) this.#starting ??= this.#start();
  }

  #keepSpare(seat: Seat): void {
    if (this.#spareTimer !== null) clearTimeout(this.#spareTimer);
    this.#spareTimer = setTimeout(
      () => {
        if (this.#other !== seat || seat.job !== null) return;
        this.#other = null;
        void this.#retire(seat);
      },
      Math.max(0, this.#spareUntilMs - performance.now()),
    );
    this.#spareTimer.unref();
  }

  /** Looks whether the job of the serving seat holds others up. */
  #watch(seat: Seat): void {
    if (seat.slowTimer !== null || seat.job?.startedAt == null) return;
    const elapsed = performance.now() - seat.job.startedAt;
    seat.slowTimer = setTimeout(
      () => {
        seat.slowTimer = null;
        if (this.#serving === seat && seat.job?.upkeep === false && this.#queue.length > 0) this.#handOver(seat);
      },
      Math.max(0, slowAfterMs - elapsed),
    );
  }

  /** The slow statement keeps its mirror; another serves the rest. */
  #handOver(slow: Seat): void {
    const other = this.#other;
    if (other !== null && other.job !== null && !other.job.upkeep) {
      this.#cancel(
        other.job,
        queryCancelled('canceling statement because it ran long while others waited', {
          hint: 'Two statements ran long at once. The one that had run longest was ended, so that short ones get through.',
        }),
        true,
      );
      this.#other = null;
    }
    const spare = other !== null && other.job?.upkeep !== false && !other.mirror.lost ? other : null;
    this.#spareUntilMs = performance.now() + spareKeptMs;
    this.#other = slow;
    this.#serving = spare;
    if (spare === null) this.#starting ??= this.#start();
    this.#dispatch();
  }

  #cancel(job: Job, error: PgError, atOnce = false): void {
    if (job.settled) return;
    const waiting = this.#queue.indexOf(job);
    if (waiting >= 0) this.#queue.splice(waiting, 1);
    this.#settle(job, error);
    const seat = [this.#serving, this.#other].find((taken) => taken?.job === job);
    if (seat === undefined || seat === null) return;
    const endIt = (): void => {
      if (seat.job === job) void seat.mirror.end();
    };
    if (atOnce) endIt();
    else setTimeout(endIt, graceMs);
  }

  #settle(job: Job, error: unknown): void {
    if (job.settled) return;
    job.settled = true;
    if (error === null) job.resolve();
    else job.reject(error);
  }

  /** Changes are applied as they come when nobody reads, so that a read finds them there; and histories are loaded then. */
  #catchUpWhenIdle(): void {
    if (this.#closed) return;
    for (const seat of [this.#serving, this.#other]) {
      const free = seat !== null && seat.job === null && !seat.mirror.lost;
      if (!free || (seat.mirror.upToDate && seat.mirror.complete) || (seat === this.#serving && this.#queue.length > 0))
        continue;
      void this.#perform(seat, catchingUp());
    }
  }

  async #retire(seat: Seat): Promise<void> {
    this.#tracked.delete(seat.mirror);
    await seat.mirror.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    if (this.#spareTimer !== null) clearTimeout(this.#spareTimer);
    for (const job of this.#queue.splice(0))
      this.#settle(job, queryCancelled('canceling statement because the server is shutting down'));
    await this.#starting;
    const seats = [this.#serving, this.#other].filter((seat) => seat !== null);
    for (const seat of seats) {
      if (seat.job !== null)
        this.#settle(seat.job, queryCancelled('canceling statement because the server is shutting down'));
    }
    await Promise.all(seats.map((seat) => this.#retire(seat)));
    await rm(this.#options.scratchFolder, { recursive: true, force: true });
  }
}
