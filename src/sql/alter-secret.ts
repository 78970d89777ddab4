import type { Expr, Name } from './ast.ts';

export interface AlterSecret {
  readonly kind: 'alter-secret';
  readonly name: Name;
  readonly ifExists: boolean;
  readonly value: Expr;
}
