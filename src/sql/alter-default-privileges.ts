import { unreachable } from '../errors/index.ts';
import type { Ident, ObjectKind } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseIdents } from './names.ts';
import { expectObjectKind, printObjectKind } from './object-kinds.ts';
import {
  parseGrantees,
  parsePlace,
  parsePrivileges,
  type PrivilegePlace,
  type Privileges,
  printPlace,
  printPrivileges,
} from './privileges.ts';
import { printIdents } from './quote.ts';

/** Source: Materialize docs, ALTER DEFAULT PRIVILEGES. */
export interface AlterDefaultPrivileges {
  readonly kind: 'alter-default-privileges';
  readonly for:
    | { readonly kind: 'all' }
    | { readonly kind: 'current' }
    | { readonly kind: 'roles'; readonly roles: readonly Ident[] };
  readonly in: PrivilegePlace;
  readonly grant: boolean;
  readonly privileges: Privileges;
  readonly objectKind: ObjectKind;
  readonly roles: readonly Ident[];
}

const kinds = ['table', 'type', 'secret', 'connection', 'cluster', 'schema', 'database'] as const;

/** After ALTER DEFAULT. */
export function parseAlterDefaultPrivileges(cursor: Cursor): AlterDefaultPrivileges {
  cursor.expectKeyword('PRIVILEGES');
  const forWhom = parseFor(cursor);
  const place = parsePlace(cursor);
  const grant = cursor.expectOneOf(['GRANT', 'REVOKE']) === 'GRANT';
  const privileges = parsePrivileges(cursor);
  cursor.expectKeyword('ON');
  const objectKind = expectObjectKind<ObjectKind>(cursor, kinds, 'many');
  const roles = parseGrantees(cursor, grant);
  return { kind: 'alter-default-privileges', for: forWhom, in: place, grant, privileges, objectKind, roles };
}

function parseFor(cursor: Cursor): AlterDefaultPrivileges['for'] {
  if (!cursor.takeKeyword('FOR')) return { kind: 'current' };
  if (cursor.takeKeyword('ALL')) {
    cursor.expectKeyword('ROLES');
    return { kind: 'all' };
  }
  cursor.expectOneOf(['ROLE', 'USER']);
  return { kind: 'roles', roles: parseIdents(cursor) };
}

export function printAlterDefaultPrivileges(statement: AlterDefaultPrivileges): string {
  const [verb, preposition] = statement.grant ? ['GRANT', 'TO'] : ['REVOKE', 'FROM'];
  const head = `ALTER DEFAULT PRIVILEGES${printFor(statement.for)}${printPlace(statement.in)}`;
  const privileges = `${printPrivileges(statement.privileges)} ON ${printObjectKind(statement.objectKind, 'many')}`;
  return `${head} ${verb} ${privileges} ${preposition} ${printIdents(statement.roles)}`;
}

function printFor(forWhom: AlterDefaultPrivileges['for']): string {
  switch (forWhom.kind) {
    case 'all':
      return ' FOR ALL ROLES';
    case 'current':
      return '';
    case 'roles':
      return ` FOR ROLE ${printIdents(forWhom.roles)}`;
    default:
      return unreachable(forWhom);
  }
}
