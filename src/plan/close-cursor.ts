import type { CloseCursor } from '../sql/index.ts';

export interface CloseCursorPlan {
  readonly kind: 'close-cursor';
  /** null: all. */
  readonly name: string | null;
}

export const planCloseCursor = (statement: CloseCursor): CloseCursorPlan => ({
  kind: 'close-cursor',
  name: statement.name?.value ?? null,
});
