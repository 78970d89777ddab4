import type { Ident } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseVariable, printVariable } from './variables.ts';

/** Source: Materialize docs, SHOW. */
export interface ShowVariable {
  readonly kind: 'show-variable';
  /** `all` for SHOW ALL; TIME ZONE as `timezone`, TRANSACTION ISOLATION LEVEL as `transaction_isolation`. */
  readonly variable: Ident;
}

/** After SHOW, when no list and no CREATE follows. */
export function parseShowVariable(cursor: Cursor): ShowVariable {
  const { offset0 } = cursor;
  const special = takeSpecialForm(cursor);
  return {
    kind: 'show-variable',
    variable: special === undefined ? parseVariable(cursor) : { value: special, offset0 },
  };
}

function takeSpecialForm(cursor: Cursor): string | undefined {
  if (cursor.takeKeywords('TIME', 'ZONE')) return 'timezone';
  if (cursor.takeKeywords('TRANSACTION', 'ISOLATION', 'LEVEL')) return 'transaction_isolation';
  if (cursor.takeKeywords('SESSION', 'AUTHORIZATION')) return 'session_authorization';
  return undefined;
}

export const printShowVariable = (statement: ShowVariable): string => `SHOW ${printVariable(statement.variable)}`;
