import type { Name, ObjectKind } from './ast.ts';

export interface Drop {
  readonly kind: 'drop';
  readonly objectKind: ObjectKind;
  readonly ifExists: boolean;
  readonly names: readonly Name[];
  /** null: neither written. DATABASE cascades by default, the others restrict. */
  readonly behaviour: 'cascade' | 'restrict' | null;
}
