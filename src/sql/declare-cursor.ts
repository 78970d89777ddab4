import type { Ident } from './ast.ts';

export interface DeclareCursor {
  readonly kind: 'declare-cursor';
  readonly name: Ident;
  readonly binary: boolean;
  readonly hold: boolean;
  readonly scroll: boolean | null;
  readonly body: string;
  readonly bodyOffset0: number;
}
