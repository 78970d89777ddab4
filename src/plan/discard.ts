import type { Discard } from '../sql/index.ts';

export interface DiscardPlan {
  readonly kind: 'discard';
  readonly what: Discard['what'];
}

export const planDiscard = (statement: Discard): DiscardPlan => ({ kind: 'discard', what: statement.what });
