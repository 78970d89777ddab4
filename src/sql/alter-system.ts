import type { Ident } from './ast.ts';

export interface AlterSystem {
  readonly kind: 'alter-system';
  readonly change:
    | { readonly kind: 'set'; readonly variable: Ident; readonly values: readonly string[] | 'default' }
    | { readonly kind: 'reset'; readonly variable: Ident }
    | { readonly kind: 'reset-all' };
}
