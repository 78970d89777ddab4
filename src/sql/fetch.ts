import type { Ident } from './ast.ts';

export interface Fetch {
  readonly kind: 'fetch';
  readonly move: boolean;
  readonly direction: 'next' | 'prior' | 'first' | 'last' | 'absolute' | 'relative' | 'forward' | 'backward';
  /** null: ALL. */
  readonly count: number | null;
  readonly cursor: Ident;
}
