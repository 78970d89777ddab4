import type { Ident } from './ast.ts';

export interface ShowVariable {
  readonly kind: 'show-variable';
  /** `all` for SHOW ALL; TIME ZONE as `timezone`, TRANSACTION ISOLATION LEVEL as `transaction_isolation`. */
  readonly variable: Ident;
}
