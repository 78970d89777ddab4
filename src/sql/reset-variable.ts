import type { Ident } from './ast.ts';

export interface ResetVariable {
  readonly kind: 'reset-variable';
  /** `all` for RESET ALL. */
  readonly variable: Ident;
}
