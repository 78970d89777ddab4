import type { Name, ObjectKind } from './ast.ts';

export interface Comment {
  readonly kind: 'comment';
  readonly objectKind: ObjectKind | 'column';
  readonly name: Name;
  readonly comment: string | null;
  readonly commentOffset0: number;
}
