import { PgError, queryCancelled } from '../../errors/index.ts';
import { Stop } from '../stop.ts';
import type { Mirror } from './mirror.ts';

/** One piece of work for mirrors, and what is known of it. */
export interface JobWork {
  readonly work: (mirror: Mirror, stop: Stop) => Promise<void>;
  /** Needs the histories loaded, however long that takes. */
  readonly wholly: () => boolean;
  /** Whether the mirror can take it behind what it is at, with nothing to be done before. */
  readonly follows: (mirror: Mirror) => boolean;
}

export interface Job extends JobWork {
  /** Counts arrivals. */
  readonly number: number;
  /** Told when nobody waits any more. */
  readonly stop: Stop;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  /** Nobody waits for it. */
  readonly upkeep: boolean;
  /** When it became the one that its mirror is at. */
  startedAt: number | null;
  settled: boolean;
}

let arrivals = 0;

/** A job, and what settles with it. */
export function newJob(work: JobWork): { readonly job: Job; readonly done: Promise<void> } {
  const settled = { resolve: (): void => {}, reject: (_error: unknown): void => {} };
  const done = new Promise<void>((resolve, reject) => {
    settled.resolve = resolve;
    settled.reject = reject;
  });
  return { job: makeJob(work, settled, false), done };
}

/** Loads more of the histories, on a mirror that has caught up. */
export const catchingUp = (): Job =>
  makeJob(
    { work: (mirror) => mirror.loadMore(), wholly: () => false, follows: () => false },
    { resolve: () => {}, reject: () => {} },
    true,
  );

const makeJob = (work: JobWork, settled: Pick<Job, 'resolve' | 'reject'>, upkeep: boolean): Job => ({
  ...work,
  ...settled,
  number: (arrivals += 1),
  stop: new Stop(),
  upkeep,
  startedAt: null,
  settled: false,
});

/** Puts a job back to where it stood: the queue is in the order of arrival. */
export function requeue(queue: Job[], job: Job): void {
  const later = queue.findIndex(({ number }) => number > job.number);
  queue.splice(later < 0 ? queue.length : later, 0, job);
}

/** What a job is ended with when its signal was aborted. */
export function cancellation(signal: AbortSignal): PgError {
  const reason: unknown = signal.reason;
  if (reason instanceof PgError) return reason;
  const timedOut = reason instanceof Error && reason.name === 'TimeoutError';
  return timedOut ? queryCancelled('canceling statement due to statement timeout') : queryCancelled();
}
