import type { Expr, Name } from './ast.ts';

export interface CreateSecret {
  readonly kind: 'create-secret';
  readonly name: Name;
  readonly ifNotExists: boolean;
  readonly value: Expr;
}
