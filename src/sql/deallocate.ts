import type { Ident } from './ast.ts';

export interface Deallocate {
  readonly kind: 'deallocate';
  /** null: ALL. */
  readonly name: Ident | null;
}
