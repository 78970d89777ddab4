import type { Ident, Name, ObjectKind } from './ast.ts';

export interface GrantPrivileges {
  readonly kind: 'grant-privileges';
  readonly grant: boolean;
  /** Upper-case words; `all` for ALL [PRIVILEGES]. */
  readonly privileges: readonly string[] | 'all';
  readonly target: PrivilegeTarget;
  /** `public` for PUBLIC. */
  readonly roles: readonly Ident[];
}

export type PrivilegeTarget =
  | { readonly kind: 'system' }
  /** `objectKind` null: the form without a kind, which means TABLE. */
  | { readonly kind: 'objects'; readonly objectKind: ObjectKind | null; readonly names: readonly Name[] }
  /** ON ALL CONNECTIONS IN SCHEMA s, IN DATABASE d, or everywhere. */
  | {
      readonly kind: 'all';
      readonly objectKind: ObjectKind;
      readonly in: null | { readonly kind: 'schema' | 'database'; readonly names: readonly Name[] };
    };
