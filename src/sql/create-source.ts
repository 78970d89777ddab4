import type { Name } from './ast.ts';

export interface CreateSource {
  readonly kind: 'create-source';
  readonly name: Name;
  readonly ifNotExists: boolean;
  /** The parser's author completes this from dialect.md section 15. */
  readonly [rest: string]: unknown;
}
