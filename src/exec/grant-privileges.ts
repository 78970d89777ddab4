import type { GrantPrivilegesPlan } from '../plan/index.ts';
import { type Outcome, written } from './outcome.ts';

export const executeGrantPrivileges = (plan: GrantPrivilegesPlan): Outcome => written(plan.tag, plan.effects);
