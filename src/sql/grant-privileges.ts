import { unreachable } from '../errors/index.ts';
import type { Ident, Name, ObjectKind } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseRawName } from './names.ts';
import { expectObjectKind, objectKinds, printObjectKind, takeObjectKind } from './object-kinds.ts';
import {
  parseGrantees,
  parsePlace,
  parsePrivileges,
  type PrivilegePlace,
  type Privileges,
  printPlace,
  printPrivileges,
} from './privileges.ts';
import { printIdents, printNames } from './quote.ts';

/** Source: Materialize docs, GRANT PRIVILEGE and REVOKE PRIVILEGE. */
export interface GrantPrivileges {
  readonly kind: 'grant-privileges';
  readonly grant: boolean;
  /** Upper-case words; `all` for ALL [PRIVILEGES]. */
  readonly privileges: Privileges;
  readonly target: PrivilegeTarget;
  /** `public` for PUBLIC. */
  readonly roles: readonly Ident[];
}

export type PrivilegeTarget =
  | { readonly kind: 'system' }
  /** The form without a kind means TABLE. */
  | { readonly kind: 'objects'; readonly objectKind: ObjectKind; readonly names: readonly Name[] }
  /** ON ALL CONNECTIONS IN SCHEMA s, IN DATABASE d, or everywhere. */
  | { readonly kind: 'all'; readonly objectKind: ObjectKind; readonly in: PrivilegePlace };

/** Kinds whose privileges are granted as a table's. */
const relationKinds: ReadonlySet<ObjectKind> = new Set(['source', 'view', 'materialized view']);
const ungrantableKinds: ReadonlySet<ObjectKind> = new Set(['sink', 'index', 'role']);
const grantableKinds = objectKinds.filter((kind) => !relationKinds.has(kind) && !ungrantableKinds.has(kind));

/** After GRANT or REVOKE, at the privileges. */
export function parseGrantPrivileges(cursor: Cursor, grant: boolean): GrantPrivileges {
  const privileges = parsePrivileges(cursor);
  cursor.expectKeyword('ON');
  const target = parseTarget(cursor, grant);
  return { kind: 'grant-privileges', grant, privileges, target, roles: parseGrantees(cursor, grant) };
}

function parseTarget(cursor: Cursor, grant: boolean): PrivilegeTarget {
  if (cursor.takeKeyword('SYSTEM')) return { kind: 'system' };
  if (cursor.takeKeyword('ALL')) {
    const objectKind = expectObjectKind(cursor, grantableKinds, 'many');
    return { kind: 'all', objectKind, in: parsePlace(cursor) };
  }
  const { offset0 } = cursor;
  const objectKind = takeObjectKind(cursor, objectKinds) ?? 'table';
  refuseKind(cursor, objectKind, grant, offset0);
  return { kind: 'objects', objectKind, names: cursor.list(() => parseRawName(cursor)) };
}

function refuseKind(cursor: Cursor, kind: ObjectKind, grant: boolean, offset0: number): void {
  if (relationKinds.has(kind)) {
    const message = `For object type ${printObjectKind(kind)}, you must specify 'TABLE' or omit the object type`;
    throw cursor.error(message, undefined, offset0);
  }
  if (ungrantableKinds.has(kind)) {
    throw cursor.error(`Unsupported ${grant ? 'GRANT' : 'REVOKE'} on ${printObjectKind(kind)}`, undefined, offset0);
  }
}

export function printGrantPrivileges(statement: GrantPrivileges): string {
  const [verb, preposition] = statement.grant ? ['GRANT', 'TO'] : ['REVOKE', 'FROM'];
  const privileges = `${printPrivileges(statement.privileges)} ON ${printTarget(statement.target)}`;
  return `${verb} ${privileges} ${preposition} ${printIdents(statement.roles)}`;
}

function printTarget(target: PrivilegeTarget): string {
  switch (target.kind) {
    case 'system':
      return 'SYSTEM';
    case 'all':
      return `ALL ${printObjectKind(target.objectKind, 'many')}${printPlace(target.in)}`;
    case 'objects':
      return `${printObjectKind(target.objectKind)} ${printNames(target.names)}`;
    default:
      return unreachable(target);
  }
}
