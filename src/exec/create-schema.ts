import type { CreateSchemaPlan } from '../plan/index.ts';
import { type Outcome, written } from './outcome.ts';

export const executeCreateSchema = (plan: CreateSchemaPlan): Outcome => written('CREATE SCHEMA', plan.effects);
