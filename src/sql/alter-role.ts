import { unreachable } from '../errors/index.ts';
import type { Ident } from './ast.ts';
import { parseRoleOptions, printRoleOptions, type RoleOption } from './create-role.ts';
import type { Cursor } from './cursor.ts';
import type { PrintContext } from './print-context.ts';
import { printIdent } from './quote.ts';
import { parseAssignment, parseVariable, printAssignment, printVariable } from './variables.ts';

/** Source: Materialize docs, ALTER ROLE. */
export interface AlterRole {
  readonly kind: 'alter-role';
  readonly name: Ident;
  readonly change:
    | { readonly kind: 'options'; readonly options: readonly RoleOption[] }
    | { readonly kind: 'set'; readonly variable: Ident; readonly values: readonly string[] | 'default' }
    | { readonly kind: 'reset'; readonly variable: Ident };
}

/** After ALTER ROLE name, when neither RENAME nor OWNER follows. */
export const parseAlterRole = (cursor: Cursor, name: Ident): AlterRole => ({
  kind: 'alter-role',
  name,
  change: parseChange(cursor),
});

function parseChange(cursor: Cursor): AlterRole['change'] {
  if (cursor.takeKeyword('SET')) return { kind: 'set', ...parseAssignment(cursor) };
  if (cursor.takeKeyword('RESET')) return { kind: 'reset', variable: parseVariable(cursor) };
  cursor.takeKeyword('WITH');
  return { kind: 'options', options: parseRoleOptions(cursor) };
}

export function printAlterRole(statement: AlterRole, context: PrintContext): string {
  const { change } = statement;
  const head = `ALTER ROLE ${printIdent(statement.name.value)}`;
  switch (change.kind) {
    case 'options':
      return `${head}${printRoleOptions(change.options, context)}`;
    case 'set':
      return `${head} SET ${printAssignment(change)}`;
    case 'reset':
      return `${head} RESET ${printVariable(change.variable)}`;
    default:
      return unreachable(change);
  }
}
