import type { Name, ObjectKind } from './ast.ts';

export interface ShowCreate {
  readonly kind: 'show-create';
  readonly objectKind: ObjectKind;
  readonly redacted: boolean;
  readonly name: Name;
}
