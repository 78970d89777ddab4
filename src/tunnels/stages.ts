import { PgError, type Stage, type StageReport } from '../errors/index.ts';
import { LoginFailure } from './errors.ts';

/** Runs one step and reports it, passed or failed, with its time. */
export async function reported<T>(
  reports: StageReport[],
  step: { readonly stage: Stage; readonly target: string; readonly detail?: (value: T) => string | undefined },
  work: () => Promise<T>,
): Promise<T> {
  const clock = startClock(reports, step.target);
  try {
    const value = await work();
    clock.passed(step.stage, step.detail?.(value));
    return value;
  } catch (error) {
    clock.failed(step.stage, error);
    throw error;
  }
}

/** Reports steps that follow each other without a function around each: an SSH login. */
export interface StageClock {
  passed(stage: Stage, detail?: string, status?: 'ok' | 'reused'): void;
  failed(stage: Stage, error: unknown): void;
}

export function startClock(reports: StageReport[], target: string): StageClock {
  let since = performance.now();
  const lap = () => {
    const now = performance.now();
    const durationMs = now - since;
    since = now;
    return durationMs;
  };
  return {
    passed: (stage, detail, status = 'ok') => {
      reports.push({ stage, target, status, durationMs: lap(), ...(detail === undefined ? {} : { detail }) });
    },
    failed: (stage, error) => {
      const known = error instanceof LoginFailure ? error.error : error;
      const own = known instanceof PgError ? { error: known } : {};
      reports.push({ stage, target, status: 'failed', durationMs: lap(), ...own });
    },
  };
}
