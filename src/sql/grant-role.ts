import type { Ident } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseIdents } from './names.ts';
import { parseGrantees } from './privileges.ts';
import { printIdents } from './quote.ts';

/** Source: Materialize docs, GRANT ROLE and REVOKE ROLE. */
export interface GrantRole {
  readonly kind: 'grant-role';
  readonly grant: boolean;
  readonly roles: readonly Ident[];
  readonly members: readonly Ident[];
}

/** After GRANT or REVOKE, at the roles. */
export function parseGrantRole(cursor: Cursor, grant: boolean): GrantRole {
  const roles = parseIdents(cursor);
  return { kind: 'grant-role', grant, roles, members: parseGrantees(cursor, grant) };
}

export function printGrantRole(statement: GrantRole): string {
  const [verb, preposition] = statement.grant ? ['GRANT', 'TO'] : ['REVOKE', 'FROM'];
  return `${verb} ${printIdents(statement.roles)} ${preposition} ${printIdents(statement.members)}`;
}
