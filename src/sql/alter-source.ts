import type { Name } from './ast.ts';

export interface AlterSource {
  readonly kind: 'alter-source';
  readonly name: Name;
  readonly ifExists: boolean;
  readonly [rest: string]: unknown;
}
