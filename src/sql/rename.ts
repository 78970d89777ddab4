import type { Ident, Name, ObjectKind } from './ast.ts';

export interface Rename {
  readonly kind: 'rename';
  readonly objectKind: ObjectKind;
  readonly ifExists: boolean;
  readonly name: Name;
  readonly to: Ident;
}
