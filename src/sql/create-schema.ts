import type { Name } from './ast.ts';

export interface CreateSchema {
  readonly kind: 'create-schema';
  readonly name: Name;
  readonly ifNotExists: boolean;
}
