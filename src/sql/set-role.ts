import type { Ident } from './ast.ts';

export interface SetRole {
  readonly kind: 'set-role';
  /** null: SET ROLE NONE / RESET ROLE. */
  readonly role: Ident | null;
  readonly target: 'role' | 'session authorization';
}
