import {
  type AclItem,
  type Change,
  type RoleId,
  grant,
  publicRoleId,
  put,
  remove,
  revoke,
  systemRoleId,
} from '../catalog/index.ts';
import { PgError, notSupported, wrongObjectType } from '../errors/index.ts';
import type { GrantPrivileges, Ident } from '../sql/index.ts';
import type { PlanContext } from './context.ts';
import { type AuditDraft, type CatalogEffects, auditDraft, auditOf } from './effects.ts';
import { fullName, positionOf, resolveDatabase, resolveItem, resolveSchema } from './names.ts';
import { type ObjectRef, kindOf } from './object-ref.ts';
import { privilegeLetters, privilegeWord } from './privilege-words.ts';
import { resolveObject, resolveRole } from './resolve-object.ts';

export interface GrantPrivilegesPlan {
  readonly kind: 'grant-privileges';
  readonly tag: 'GRANT' | 'REVOKE';
  /** null: the system itself. */
  readonly targets: readonly ObjectRef[] | null;
  readonly effects: CatalogEffects;
}

/** Source: Materialize docs, GRANT PRIVILEGE: every privilege on an object is its owner's gift, whoever typed the statement. */
export function planGrantPrivileges(statement: GrantPrivileges, context: PlanContext): GrantPrivilegesPlan {
  const tag = statement.grant ? 'GRANT' : 'REVOKE';
  const grantees = statement.roles.map((role) => granteeId(context, role));
  if (statement.target.kind === 'system') {
    return { kind: 'grant-privileges', tag, targets: null, effects: systemEffects(statement, context, grantees) };
  }
  const targets = targetsOf(statement, context);
  const changes: Change[] = [];
  const audit: AuditDraft[] = [];
  for (const target of targets) {
    if (target.kind === 'role') throw notSupported('roles are granted with GRANT role TO role');
    const privileges = privilegeLetters(context, statement.privileges, kindOf(target), targetName(context, target));
    const change = statement.grant ? grant : revoke;
    const before = target.row.privileges;
    const after = grantees.reduce<readonly AclItem[]>(
      (acl, grantee) => change(acl, { grantee, grantor: target.row.ownerId, privileges }),
      before,
    );
    changes.push(withPrivileges(target, after));
    audit.push(
      auditOf(
        context,
        statement.grant ? 'grant' : 'revoke',
        target,
        auditGrant(statement.roles, privileges.map(privilegeWord)),
      ),
    );
  }
  return { kind: 'grant-privileges', tag, targets, effects: { changes, audit, notices: [] } };
}

/** `p` for PUBLIC. @throws PgError 42704 */
export const granteeId = (context: PlanContext, role: Ident): RoleId =>
  role.value === 'public' ? publicRoleId : resolveRole(context, role).id;

/** The object's row with another access control list. */
export function withPrivileges(target: Exclude<ObjectRef, { kind: 'role' }>, privileges: readonly AclItem[]): Change {
  switch (target.kind) {
    case 'item':
      return put('items', { ...target.row, privileges });
    case 'schema':
      return put('schemas', { ...target.row, privileges });
    case 'database':
      return put('databases', { ...target.row, privileges });
  }
}

const auditGrant = (roles: readonly Ident[], privileges: readonly string[]): Record<string, unknown> => ({
  grantees: roles.map((role) => role.value),
  privileges,
});

function systemEffects(statement: GrantPrivileges, context: PlanContext, grantees: readonly RoleId[]): CatalogEffects {
  const privileges = privilegeLetters(context, statement.privileges, 'system', 'SYSTEM');
  const before = [...context.snapshot.tables.systemPrivileges.values()];
  const change = statement.grant ? grant : revoke;
  const after = grantees.reduce<readonly AclItem[]>(
    (acl, grantee) => change(acl, { grantee, grantor: systemRoleId, privileges }),
    before,
  );
  const changes = [
    ...before
      .filter((item) => !after.some((other) => sameEnds(item, other)))
      .map((item) => remove('systemPrivileges', item)),
    ...after.filter((item) => !before.includes(item)).map((item) => put('systemPrivileges', item)),
  ];
  const details = auditGrant(statement.roles, privileges.map(privilegeWord));
  return {
    changes,
    audit: [auditDraft(context, statement.grant ? 'grant' : 'revoke', 'system', details)],
    notices: [],
  };
}

const sameEnds = (a: AclItem, b: AclItem): boolean => a.grantee === b.grantee && a.grantor === b.grantor;

function targetsOf(statement: GrantPrivileges, context: PlanContext): readonly ObjectRef[] {
  const { target } = statement;
  if (target.kind === 'system') return [];
  if (target.kind === 'all') return allOfKind(statement, context);
  const { objectKind } = target;
  return target.names.map((name) => {
    const ref =
      objectKind === null || objectKind === 'table'
        ? ({ kind: 'item', row: resolveItem(context, name) } as const)
        : resolveObject(context, objectKind, name);
    if (
      ref.kind === 'item' &&
      (objectKind === null || objectKind === 'table') &&
      !['table', 'source'].includes(ref.row.kind)
    ) {
      throw wrongObjectType(`${fullName(context, ref.row)} is a ${ref.row.kind} not a table`, {
        position1: positionOf(context, name.offset0),
        hint: `Name the kind: ${statement.grant ? 'GRANT' : 'REVOKE'} … ON ${ref.row.kind.toUpperCase()} ${fullName(context, ref.row)}.`,
      });
    }
    if (ref.row.id.startsWith('s')) {
      throw new PgError(
        'insufficient_privilege',
        `privileges of system ${kindOf(ref)} "${ref.row.name}" cannot be changed`,
        {
          position1: positionOf(context, name.offset0),
        },
      );
    }
    return ref;
  });
}

function allOfKind(statement: GrantPrivileges, context: PlanContext): readonly ObjectRef[] {
  const { target } = statement;
  if (target.kind !== 'all') return [];
  const { snapshot } = context;
  const databases =
    target.in?.kind === 'database'
      ? target.in.names.map((name) => resolveDatabase(context, name))
      : [...snapshot.tables.databases.values()];
  if (target.objectKind === 'database') return databases.map((row) => ({ kind: 'database', row }));
  const schemas =
    target.in?.kind === 'schema'
      ? target.in.names.map((name) => resolveSchema(context, name))
      : databases.flatMap((database) => snapshot.schemasOf(database.id));
  if (target.objectKind === 'schema') return schemas.map((row) => ({ kind: 'schema', row }));
  return schemas
    .flatMap((schema) => snapshot.itemsOf(schema.id))
    .filter((item) => item.kind === target.objectKind)
    .map((row) => ({ kind: 'item', row }));
}

/** For errors: `SECRET "materialize.public.s"`. */
const targetName = (context: PlanContext, ref: ObjectRef): string =>
  `${kindOf(ref).toUpperCase()} "${ref.kind === 'item' ? fullName(context, ref.row) : ref.row.name}"`;
