import type { FetchPlan } from '../plan/index.ts';
import { type Outcome, done } from './outcome.ts';

/** The session holds the names of statements and cursors, and does it. */
export const executeFetch = (plan: FetchPlan): Outcome => done('', { named: plan });
