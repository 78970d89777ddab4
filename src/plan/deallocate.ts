import type { Deallocate } from '../sql/index.ts';

export interface DeallocatePlan {
  readonly kind: 'deallocate';
  /** null: all. */
  readonly name: string | null;
}

export const planDeallocate = (statement: Deallocate): DeallocatePlan => ({
  kind: 'deallocate',
  name: statement.name?.value ?? null,
});
