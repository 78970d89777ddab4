import type { DropOwnedPlan } from '../plan/index.ts';
import { type Outcome, written } from './outcome.ts';

export const executeDropOwned = (plan: DropOwnedPlan): Outcome => written('DROP OWNED', plan.effects);
