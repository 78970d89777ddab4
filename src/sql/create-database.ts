import type { Name } from './ast.ts';

export interface CreateDatabase {
  readonly kind: 'create-database';
  readonly name: Name;
  readonly ifNotExists: boolean;
}
