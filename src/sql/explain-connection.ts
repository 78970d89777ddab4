import type { Name } from './ast.ts';

export interface ExplainConnection {
  readonly kind: 'explain-connection';
  readonly name: Name;
  readonly analyze: boolean;
}
