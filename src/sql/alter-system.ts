import { unreachable } from '../errors/index.ts';
import type { Ident } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseAssignment, parseVariable, printAssignment, printVariable } from './variables.ts';

/** Source: Materialize docs, ALTER SYSTEM. */
export interface AlterSystem {
  readonly kind: 'alter-system';
  readonly change:
    | { readonly kind: 'set'; readonly variable: Ident; readonly values: readonly string[] | 'default' }
    | { readonly kind: 'reset'; readonly variable: Ident }
    | { readonly kind: 'reset-all' };
}

/** After ALTER SYSTEM. */
export function parseAlterSystem(cursor: Cursor): AlterSystem {
  if (cursor.expectOneOf(['SET', 'RESET']) === 'SET') {
    return { kind: 'alter-system', change: { kind: 'set', ...parseAssignment(cursor) } };
  }
  if (cursor.takeKeyword('ALL')) return { kind: 'alter-system', change: { kind: 'reset-all' } };
  return { kind: 'alter-system', change: { kind: 'reset', variable: parseVariable(cursor) } };
}

export function printAlterSystem({ change }: AlterSystem): string {
  switch (change.kind) {
    case 'set':
      return `ALTER SYSTEM SET ${printAssignment(change)}`;
    case 'reset':
      return `ALTER SYSTEM RESET ${change.variable.value === 'all' ? '"all"' : printVariable(change.variable)}`;
    case 'reset-all':
      return 'ALTER SYSTEM RESET ALL';
    default:
      return unreachable(change);
  }
}
