import type { Expr, Ident } from './ast.ts';

export interface Execute {
  readonly kind: 'execute';
  readonly name: Ident;
  readonly args: readonly Expr[];
}
