import type { Ident } from './ast.ts';

export interface CloseCursor {
  readonly kind: 'close-cursor';
  /** null: ALL. */
  readonly name: Ident | null;
}
