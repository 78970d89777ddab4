import type { Ident } from './ast.ts';

export interface ReassignOwned {
  readonly kind: 'reassign-owned';
  readonly roles: readonly Ident[];
  readonly to: Ident;
}
