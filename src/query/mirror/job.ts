import { PgError, queryCancelled } from '../../errors/index.ts';
import type { Mirror } from './mirror.ts';

/** One piece of work for a mirror. */
export interface Job {
  readonly work: (mirror: Mirror) => Promise<void>;
  /** Needs the histories loaded, however long that takes. */
  readonly wholly: () => boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  /** Nobody waits for it. */
  readonly upkeep: boolean;
  startedAt: number | null;
  settled: boolean;
}

const never = (): boolean => false;

/** A job, and what settles with it. */
export function newJob(
  work: Job['work'],
  wholly: Job['wholly'] = never,
): { readonly job: Job; readonly done: Promise<void> } {
  const settled = { resolve: (): void => {}, reject: (_error: unknown): void => {} };
  const done = new Promise<void>((resolve, reject) => {
    settled.resolve = resolve;
    settled.reject = reject;
  });
  return { job: { ...settled, work, wholly, upkeep: false, startedAt: null, settled: false }, done };
}

/** Loads more of the histories, on a mirror that has caught up. */
export const catchingUp = (): Job => ({
  work: (mirror) => mirror.loadMore(),
  wholly: never,
  resolve: () => {},
  reject: () => {},
  upkeep: true,
  startedAt: null,
  settled: false,
});

/** What a job is ended with when its signal was aborted. */
export function cancellation(signal: AbortSignal): PgError {
  const reason: unknown = signal.reason;
  if (reason instanceof PgError) return reason;
  const timedOut = reason instanceof Error && reason.name === 'TimeoutError';
  return timedOut ? queryCancelled('canceling statement due to statement timeout') : queryCancelled();
}
