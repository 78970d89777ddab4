import type { Ident } from './ast.ts';

export interface DropOwned {
  readonly kind: 'drop-owned';
  readonly roles: readonly Ident[];
  readonly behaviour: 'cascade' | 'restrict' | null;
}
