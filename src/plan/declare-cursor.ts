import type { DeclareCursor } from '../sql/index.ts';

export interface DeclareCursorPlan {
  readonly kind: 'declare-cursor';
  readonly name: string;
  readonly binary: boolean;
  readonly hold: boolean;
  readonly body: string;
  readonly bodyOffset0: number;
}

export const planDeclareCursor = (statement: DeclareCursor): DeclareCursorPlan => ({
  kind: 'declare-cursor',
  name: statement.name.value,
  binary: statement.binary,
  hold: statement.hold,
  body: statement.body,
  bodyOffset0: statement.bodyOffset0,
});
