import type { CreateDatabasePlan } from '../plan/index.ts';
import { type Outcome, written } from './outcome.ts';

export const executeCreateDatabase = (plan: CreateDatabasePlan): Outcome => written('CREATE DATABASE', plan.effects);
