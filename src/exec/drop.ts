import type { DropPlan } from '../plan/index.ts';
import { type Outcome, written } from './outcome.ts';

export const executeDrop = (plan: DropPlan): Outcome => written(plan.tag, plan.effects);
