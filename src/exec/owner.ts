import type { OwnerPlan } from '../plan/index.ts';
import { type Outcome, written } from './outcome.ts';

export const executeOwner = (plan: OwnerPlan): Outcome => written(plan.tag, plan.effects);
