import { rm } from 'node:fs/promises';
import { PgError, flatten, limitExceeded, queryCancelled } from '../../errors/index.ts';
import type { Commit } from '../../catalog/index.ts';
import type { ObservationChange } from '../../observations/index.ts';
import type { Log } from '../../telemetry/index.ts';
import { EngineLost, NotBegun } from './engine.ts';
import { type Job, type JobWork, cancellation, catchingUp, newJob, requeue } from './job.ts';
import { type Seat, Seats, type SeatsOptions } from './seats.ts';

/** A statement that runs longer while others wait gets its mirror to itself, */
const slowAfterMs = 250;
/** sooner when there is a spare one for the others. */
const slowBesideSpareMs = 50;
/** How many a mirror is given at a time, so that it need not wait for the main thread between two. */
const givenMax = 8;
/** Memory of an engine never shrinks: one that grew beyond this is replaced. */
const memoryBytesMax = 160 * 1024 * 1024;

export interface MirrorsOptions extends Pick<SeatsOptions, 'start'> {
  readonly log: Log;
  readonly scratchFolder: string;
}

export interface JobLimits extends Partial<Pick<JobWork, 'wholly' | 'follows'>> {
  readonly signal: AbortSignal;
  /** 0: none. */
  readonly timeoutMs: number;
}

/**
 * Gives work to mirrors: one serves, in order of arrival. When a statement runs long while others wait, it keeps its
 * mirror and another one serves; when all that may be there are taken by slow ones, the one that has run longest is ended.
 */
export class Mirrors implements AsyncDisposable {
  readonly #options: MirrorsOptions;
  readonly #queue: Job[] = [];
  readonly #seats: Seats;
  #closed = false;

  constructor(options: MirrorsOptions) {
    this.#options = options;
    this.#seats = new Seats({
      start: options.start,
      log: options.log,
      onChange: (failure) => {
        if (failure !== null) for (const job of this.#queue.splice(0)) this.#settle(job, failure.error);
        this.#catchUpWhenIdle();
        this.#dispatch();
      },
    });
  }

  /** Tells every mirror of a commit. */
  committed(commit: Commit): void {
    const { tracked } = this.#seats;
    for (const mirror of tracked) {
      if (mirror.lost) tracked.delete(mirror);
      else mirror.committed(commit);
    }
    this.#catchUpWhenIdle();
  }

  /** Tells every mirror of what was seen. */
  observed(change: ObservationChange): void {
    for (const mirror of this.#seats.tracked) mirror.observed(change);
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
  async run(work: JobWork['work'], limits: JobLimits): Promise<void> {
    if (this.#closed) throw shutDown();
    if (limits.signal.aborted) throw cancellation(limits.signal);
    const { wholly = never, follows = never } = limits;
    const { job, done } = newJob({ work, wholly, follows });
    const cancel = (): void => this.#cancel(job, cancellation(limits.signal));
    const overTime = (): void => this.#cancel(job, queryCancelled('canceling statement due to statement timeout'));
    const timer = limits.timeoutMs > 0 ? setTimeout(overTime, limits.timeoutMs) : null;
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
    while (!this.#closed) {
      const [next] = this.#queue;
      const seat = this.#seats.serving;
      if (next === undefined || seat === null) {
        if (next !== undefined) this.#seats.fill();
        if (next === undefined || this.#seats.serving === null) break;
        continue;
      }
      if (seat.jobs.length > 0 && !mayFollow(seat, next)) break;
      this.#queue.shift();
      void this.#perform(seat, next);
    }
    this.#watch();
  }

  async #perform(seat: Seat, job: Job): Promise<void> {
    const { mirror } = seat;
    const follows = seat.jobs.push(job) > 1;
    if (!follows) job.startedAt = performance.now();
    try {
      if (!follows) {
        await mirror.catchUp();
        while (!mirror.complete && job.wholly() && !job.settled) await mirror.loadMore();
      }
      await job.work(mirror, job.stop);
      this.#settle(job, null);
    } catch (error) {
      this.#failed(seat, job, error);
    }
    seat.jobs.splice(seat.jobs.indexOf(job), 1);
    const [first] = seat.jobs;
    if (first !== undefined) first.startedAt ??= performance.now();
    this.#leave(seat);
  }

  #failed({ mirror }: Seat, job: Job, error: unknown): void {
    if (error instanceof NotBegun && !job.settled && !job.upkeep) {
      job.startedAt = null;
      requeue(this.#queue, job);
    } else if (error instanceof PgError || error instanceof NotBegun) {
      this.#settle(job, error);
    } else if (error instanceof EngineLost) {
      const message = 'the statement needed more than its engine can give, and was ended';
      this.#settle(job, limitExceeded(message, { tooComplex: true }));
    } else {
      this.#options.log.error({ error: String(error) }, 'mirror failed');
      this.#settle(job, flatten(error));
      void mirror.end();
    }
  }

  /** A seat has one job less. */
  #leave(seat: Seat): void {
    const { mirror, jobs } = seat;
    const spent = mirror.lost || (jobs.length === 0 && (mirror.memoryBytes > memoryBytesMax || !mirror.stepBack()));
    if (spent) this.#seats.replace(seat);
    else if (seat !== this.#seats.serving) this.#seats.keepSpares();
    this.#catchUpWhenIdle();
    this.#dispatch();
  }

  /** Looks in time whether what the serving mirror is at holds others up. */
  #watch(): void {
    const seat = this.#seats.serving;
    if (seat === null || seat.watch !== null || (this.#queue.length === 0 && seat.jobs.length < 2)) return;
    const leftMs = this.#slowAfterMs - runningMs(seat);
    seat.watch = setTimeout(
      () => {
        seat.watch = null;
        const holdsUp = this.#queue.length > 0 || seat.jobs.length > 1;
        if (this.#closed || this.#seats.serving !== seat || !holdsUp) return;
        if (runningMs(seat) >= this.#slowAfterMs) this.#handOver(seat);
        else this.#watch();
      },
      Math.max(1, leftMs),
    );
  }

  get #slowAfterMs(): number {
    return this.#seats.spare === undefined ? slowAfterMs : slowBesideSpareMs;
  }

  /** The slow statement keeps its mirror; another serves the rest. */
  #handOver(slow: Seat): void {
    if (this.#seats.spare === undefined && !this.#seats.hasRoom) this.#endLongest(slow);
    slow.mirror.stepAside();
    this.#seats.putAside(slow);
    this.#dispatch();
  }

  /** Makes room beside the slow ones. */
  #endLongest(newest: Seat): void {
    const slow = this.#seats.all.filter((seat) => seat !== newest && seat.jobs.length > 0);
    const [longest] = slow.toSorted((a, b) => runningMs(b) - runningMs(a));
    const [job] = longest?.jobs ?? [];
    if (longest === undefined || job === undefined) return;
    this.#settle(
      job,
      queryCancelled('canceling statement because it ran long while others waited', {
        hint: 'Several statements ran long at once. The one that had run longest was ended, so that short ones get through.',
      }),
    );
    this.#seats.replace(longest);
  }

  #cancel(job: Job, error: PgError): void {
    const waiting = this.#queue.indexOf(job);
    if (waiting >= 0) this.#queue.splice(waiting, 1);
    this.#settle(job, error);
    job.stop.stop();
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
    for (const seat of this.#seats.all) {
      const { mirror, jobs } = seat;
      if (mirror.lost || jobs.length > 0 || (mirror.upToDate && mirror.complete)) continue;
      if (seat === this.#seats.serving && this.#queue.length > 0) continue;
      void this.#perform(seat, catchingUp());
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const given = this.#seats.all.flatMap(({ jobs }) => jobs);
    for (const job of [...this.#queue.splice(0), ...given]) this.#settle(job, shutDown());
    await this.#seats.close();
    await rm(this.#options.scratchFolder, { recursive: true, force: true });
  }
}

const never = (): boolean => false;

const shutDown = (): PgError => queryCancelled('canceling statement because the server is shutting down');

const mayFollow = ({ mirror, jobs }: Seat, job: Job): boolean =>
  jobs.length < givenMax && mirror.memoryBytes <= memoryBytesMax && job.follows(mirror);

/** How long the first job has run; upkeep is in portions, and never slow. */
function runningMs({ jobs }: Seat): number {
  const [first] = jobs;
  return first === undefined || first.startedAt === null || first.upkeep ? 0 : performance.now() - first.startedAt;
}
