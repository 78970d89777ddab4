import type { ReadPlan } from '../plan/index.ts';
import { type Outcome, done } from './outcome.ts';

/** SHOW CONNECTIONS and the other lists: the session reads the relation behind the list. */
export const executeShow = (plan: ReadPlan): Outcome => done('SELECT', { read: plan.text });
