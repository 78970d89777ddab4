import type { Ident, Name, ObjectKind } from './ast.ts';

export interface AlterDefaultPrivileges {
  readonly kind: 'alter-default-privileges';
  readonly for:
    | { readonly kind: 'all' }
    | { readonly kind: 'current' }
    | { readonly kind: 'roles'; readonly roles: readonly Ident[] };
  readonly in: null | { readonly kind: 'schema' | 'database'; readonly names: readonly Name[] };
  readonly grant: boolean;
  readonly privileges: readonly string[] | 'all';
  readonly objectKind: ObjectKind;
  readonly roles: readonly Ident[];
}
