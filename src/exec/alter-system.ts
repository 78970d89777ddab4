import type { AlterSystemPlan } from '../plan/index.ts';
import { type Outcome, written } from './outcome.ts';

export const executeAlterSystem = (plan: AlterSystemPlan): Outcome => written('ALTER SYSTEM', plan.effects);
