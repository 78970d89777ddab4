import type { AlterDefaultPrivilegesPlan } from '../plan/index.ts';
import { type Outcome, written } from './outcome.ts';

export const executeAlterDefaultPrivileges = (plan: AlterDefaultPrivilegesPlan): Outcome =>
  written('ALTER DEFAULT PRIVILEGES', plan.effects);
