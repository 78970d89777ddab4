import type { Ident } from './ast.ts';
import type { Cursor } from './cursor.ts';
import type { SetRole } from './set-role.ts';
import { parseVariable, printVariable } from './variables.ts';

/** Source: PostgreSQL 16, RESET. */
export interface ResetVariable {
  readonly kind: 'reset-variable';
  /** `all` for RESET ALL. */
  readonly variable: Ident;
}

/** After RESET. RESET ROLE and RESET SESSION AUTHORIZATION are forms of SET. */
export function parseResetVariable(cursor: Cursor): ResetVariable | SetRole {
  const { offset0 } = cursor;
  if (cursor.takeKeywords('SESSION', 'AUTHORIZATION')) {
    return { kind: 'set-role', scope: 'session', target: 'session authorization', role: null };
  }
  if (cursor.takeKeywords('TIME', 'ZONE')) return { kind: 'reset-variable', variable: { value: 'timezone', offset0 } };
  const variable = parseVariable(cursor);
  if (variable.value === 'role') return { kind: 'set-role', scope: 'session', target: 'role', role: null };
  return { kind: 'reset-variable', variable };
}

export const printResetVariable = (statement: ResetVariable): string => `RESET ${printVariable(statement.variable)}`;
