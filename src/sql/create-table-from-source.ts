import type { Name } from './ast.ts';

export interface CreateTableFromSource {
  readonly kind: 'create-table-from-source';
  readonly name: Name;
  readonly ifNotExists: boolean;
  readonly [rest: string]: unknown;
}
