import type { ReassignOwnedPlan } from '../plan/index.ts';
import { type Outcome, written } from './outcome.ts';

export const executeReassignOwned = (plan: ReassignOwnedPlan): Outcome => written('REASSIGN OWNED', plan.effects);
