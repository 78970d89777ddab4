import type { GrantRolePlan } from '../plan/index.ts';
import { type Outcome, written } from './outcome.ts';

export const executeGrantRole = (plan: GrantRolePlan): Outcome => written(plan.tag, plan.effects);
