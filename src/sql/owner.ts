import type { Ident, Name, ObjectKind } from './ast.ts';

export interface Owner {
  readonly kind: 'owner';
  readonly objectKind: ObjectKind;
  readonly ifExists: boolean;
  readonly name: Name;
  readonly to: Ident;
}
