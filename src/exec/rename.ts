import type { RenamePlan } from '../plan/index.ts';
import { type Outcome, written } from './outcome.ts';

export const executeRename = (plan: RenamePlan): Outcome => written(plan.tag, plan.effects);
