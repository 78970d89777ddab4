import type { Ident } from './ast.ts';

export interface CreateRole {
  readonly kind: 'create-role';
  readonly name: Ident;
  readonly ifNotExists: boolean;
  readonly options: readonly RoleOption[];
}

export type RoleOption =
  | {
      readonly kind: 'login' | 'superuser' | 'inherit' | 'createrole' | 'createdb' | 'createcluster';
      readonly value: boolean;
      readonly offset0: number;
    }
  /** null: PASSWORD NULL. Never printed. */
  | { readonly kind: 'password'; readonly value: string | null; readonly offset0: number };
