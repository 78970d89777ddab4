import type { Ident } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { toIdent } from './names.ts';
import { printIdent } from './quote.ts';

/** Source: PostgreSQL 16, SET ROLE and SET SESSION AUTHORIZATION. */
export interface SetRole {
  readonly kind: 'set-role';
  readonly scope: 'session' | 'local';
  readonly target: 'role' | 'session authorization';
  /** null: NONE, DEFAULT or RESET. */
  readonly role: Ident | null;
}

/** After SET [SESSION | LOCAL] ROLE, or after SET [SESSION | LOCAL] SESSION AUTHORIZATION. */
export function parseSetRole(cursor: Cursor, scope: SetRole['scope'], target: SetRole['target']): SetRole {
  const none = cursor.takeKeyword(target === 'role' ? 'NONE' : 'DEFAULT');
  return { kind: 'set-role', scope, target, role: none ? null : parseRole(cursor) };
}

function parseRole(cursor: Cursor): Ident {
  const { offset0 } = cursor;
  return cursor.at('string') ? toIdent(cursor, cursor.next().value, offset0) : cursor.expectIdent();
}

export function printSetRole(statement: SetRole): string {
  const scope = statement.scope === 'local' ? 'LOCAL ' : '';
  const none = statement.target === 'role' ? 'NONE' : 'DEFAULT';
  return `SET ${scope}${statement.target.toUpperCase()} ${statement.role === null ? none : printRole(statement.role.value)}`;
}

/** `SET ROLE to` would read on for a value. */
const printRole = (role: string): string => (role === 'to' ? '"to"' : printIdent(role));
