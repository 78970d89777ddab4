import type { Ident } from './ast.ts';

export interface Prepare {
  readonly kind: 'prepare';
  readonly name: Ident;
  readonly types: readonly string[];
  /** The statement's text and where it begins. */
  readonly body: string;
  readonly bodyOffset0: number;
}
