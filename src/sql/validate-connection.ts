import type { Name } from './ast.ts';

export interface ValidateConnection {
  readonly kind: 'validate-connection';
  readonly name: Name;
}
