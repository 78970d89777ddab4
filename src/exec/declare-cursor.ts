import type { DeclareCursorPlan } from '../plan/index.ts';
import { type Outcome, done } from './outcome.ts';

/** The session holds the names of statements and cursors, and does it. */
export const executeDeclareCursor = (plan: DeclareCursorPlan): Outcome => done('', { named: plan });
