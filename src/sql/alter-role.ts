import type { Ident } from './ast.ts';
import type { RoleOption } from './create-role.ts';

export interface AlterRole {
  readonly kind: 'alter-role';
  readonly name: Ident;
  readonly change:
    | { readonly kind: 'options'; readonly options: readonly RoleOption[] }
    | { readonly kind: 'set'; readonly variable: Ident; readonly values: readonly string[] | 'default' }
    | { readonly kind: 'reset'; readonly variable: Ident };
}
