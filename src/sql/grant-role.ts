import type { Ident } from './ast.ts';

export interface GrantRole {
  readonly kind: 'grant-role';
  readonly grant: boolean;
  readonly roles: readonly Ident[];
  readonly members: readonly Ident[];
}
