import type { CommentPlan } from '../plan/index.ts';
import { type Outcome, written } from './outcome.ts';

export const executeComment = (plan: CommentPlan): Outcome => written('COMMENT', plan.effects);
