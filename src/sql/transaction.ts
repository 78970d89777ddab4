import type { Ident } from './ast.ts';

export interface Transaction {
  readonly kind: 'transaction';
  readonly action:
    | {
        readonly kind: 'begin' | 'set';
        readonly isolation: string | null;
        readonly access: 'read only' | 'read write' | null;
        readonly start: boolean;
      }
    | { readonly kind: 'commit' | 'rollback'; readonly chain: boolean }
    | { readonly kind: 'savepoint' | 'release' | 'rollback-to'; readonly name: Ident };
}
