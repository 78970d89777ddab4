import type { DeallocatePlan } from '../plan/index.ts';
import { type Outcome, done } from './outcome.ts';

/** The session holds the names of statements and cursors, and does it. */
export const executeDeallocate = (plan: DeallocatePlan): Outcome => done('', { named: plan });
