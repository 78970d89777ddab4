import type { Ident } from './ast.ts';

export interface SetVariable {
  readonly kind: 'set-variable';
  readonly scope: 'session' | 'local';
  readonly variable: Ident;
  /** Words as written, unquoted; `default` for DEFAULT. */
  readonly values: readonly string[] | 'default';
}
