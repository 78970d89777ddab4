import type { PreparePlan } from '../plan/index.ts';
import { type Outcome, done } from './outcome.ts';

/** The session holds the names of statements and cursors, and does it. */
export const executePrepare = (plan: PreparePlan): Outcome => done('', { named: plan });
