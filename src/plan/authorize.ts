import {
  type DatabaseRow,
  type ItemRow,
  type Privilege,
  type RoleId,
  type SchemaRow,
  publicRoleId,
} from '../catalog/index.ts';
import { permissionDenied } from '../errors/index.ts';
import type { PlanContext } from './context.ts';
import { fullName } from './names.ts';
import { type ObjectRef, kindOf } from './object-ref.ts';
import type { Plan } from './plan.ts';
import { effectiveRoles, holds, isOwner } from './privileges.ts';

/** One thing that a role must be or hold for a statement. */
export type Requirement =
  | { readonly need: 'superuser'; readonly to: string }
  /** The role itself or a member of it. */
  | { readonly need: 'member'; readonly role: RoleId }
  | { readonly need: 'owner'; readonly of: ObjectRef }
  | { readonly need: 'privilege'; readonly privilege: Privilege; readonly on: ObjectRef }
  | { readonly need: 'system'; readonly privilege: Privilege; readonly to: string };

type Table = {
  readonly [Kind in Plan['kind']]: (
    plan: Extract<Plan, { kind: Kind }>,
    context: PlanContext,
  ) => readonly Requirement[];
};

const item = (row: ItemRow): ObjectRef => ({ kind: 'item', row });
const schema = (row: SchemaRow): ObjectRef => ({ kind: 'schema', row });
const database = (row: DatabaseRow): ObjectRef => ({ kind: 'database', row });
const owner = (of: ObjectRef): Requirement => ({ need: 'owner', of });
const privilege = (letter: Privilege, on: ObjectRef): Requirement => ({ need: 'privilege', privilege: letter, on });
const nobody = (): readonly Requirement[] => [];

/** Who may what: for each plan, everything that the role needs. Superusers need nothing of it. */
const table: Table = {
  nothing: nobody,
  read: nobody,
  begin: nobody,
  commit: nobody,
  rollback: nobody,
  discard: nobody,
  prepare: nobody,
  execute: nobody,
  deallocate: nobody,
  'declare-cursor': nobody,
  fetch: nobody,
  'close-cursor': nobody,
  'set-transaction': nobody,
  'set-variable': nobody,
  'reset-all': nobody,
  'show-variable': nobody,
  'show-all': nobody,
  'show-create': nobody,
  'create-database': () => [{ need: 'system', privilege: 'B', to: 'create database' }],
  'create-schema': (plan) => [privilege('C', database(plan.database))],
  'create-role': (plan) => [
    { need: 'system', privilege: 'R', to: 'create role' },
    ...(plan.role.superuser ? [{ need: 'superuser', to: 'create superuser' } as const] : []),
  ],
  'alter-role': (plan, context) =>
    plan.before.superuser || plan.after.superuser
      ? [{ need: 'superuser', to: `alter superuser role "${plan.before.name}"` }]
      : plan.ownAffairs && plan.before.id === context.role.id
        ? []
        : [{ need: 'system', privilege: 'R', to: 'alter role' }],
  'alter-system': () => [{ need: 'superuser', to: 'alter the system' }],
  'set-role': nobody,
  'create-secret': (plan, context) => creation(plan.item, context),
  'alter-secret': (plan) => [owner(item(plan.item))],
  'create-connection': (plan, context) => [...creation(plan.item, context), ...uses(plan.item, context)],
  'alter-connection': (plan, context) => [
    owner(item(plan.before.item)),
    privilege('U', item(plan.before.item)),
    ...uses(plan.after.item, context, plan.before.item),
  ],
  'rotate-keys': (plan) => [owner(item(plan.connection.item)), privilege('U', item(plan.connection.item))],
  'validate-connection': (plan, context) => [
    privilege('U', item(plan.connection.item)),
    ...usageOfSchema(plan.connection.item, context),
  ],
  'explain-connection': (plan, context) => [
    privilege('U', item(plan.connection.item)),
    ...usageOfSchema(plan.connection.item, context),
  ],
  'create-source': (plan) => (plan.connection === null ? [] : [privilege('U', item(plan.connection.item))]),
  'create-table-from-source': nobody,
  'alter-source': (plan) => [owner(plan.target)],
  drop: (plan) =>
    plan.targets.map((target) =>
      target.kind === 'role'
        ? target.row.superuser
          ? { need: 'superuser', to: 'drop superuser' }
          : { need: 'system', privilege: 'R', to: 'drop role' }
        : owner(target),
    ),
  rename: (plan) => [
    plan.target.kind === 'role' ? { need: 'system', privilege: 'R', to: 'rename role' } : owner(plan.target),
  ],
  owner: (plan) => [owner(plan.target), { need: 'member', role: plan.newOwner.id }],
  'grant-privileges': (plan) =>
    plan.targets === null ? [{ need: 'superuser', to: 'grant privileges on the system' }] : plan.targets.map(owner),
  'grant-role': (plan) =>
    plan.roles.map((role) =>
      role.superuser
        ? { need: 'superuser', to: `grant superuser role "${role.name}"` }
        : { need: 'system', privilege: 'R', to: 'grant role' },
    ),
  'alter-default-privileges': (plan) =>
    plan.creators.map((creator) =>
      creator === publicRoleId
        ? { need: 'superuser', to: 'alter default privileges of all roles' }
        : { need: 'member', role: creator },
    ),
  'reassign-owned': (plan) => [...plan.roles, plan.newOwner].map((role) => ({ need: 'member', role: role.id })),
  'drop-owned': (plan) => plan.roles.map((role) => ({ need: 'member', role: role.id })),
  comment: (plan) => [
    plan.target.kind === 'role' ? { need: 'system', privilege: 'R', to: 'comment on role' } : owner(plan.target),
  ],
};

/** @throws PgError 42501 naming what is missing */
export function authorize(plan: Plan, context: PlanContext): void {
  if (context.role.superuser) return;
  const requirements = (table[plan.kind] as (plan: Plan, context: PlanContext) => readonly Requirement[])(
    plan,
    context,
  );
  for (const requirement of requirements) check(requirement, context);
}

function check(requirement: Requirement, context: PlanContext): void {
  const { snapshot, role } = context;
  switch (requirement.need) {
    case 'superuser':
      throw permissionDenied(`permission denied to ${requirement.to}`, { detail: 'Only superusers may do this.' });
    case 'member': {
      if (effectiveRoles(snapshot, role, true).has(requirement.role)) return;
      throw permissionDenied(`must be a member of role "${snapshot.role(requirement.role)?.name ?? requirement.role}"`);
    }
    case 'owner':
      if (isOwner(snapshot, role, requirement.of)) return;
      throw permissionDenied(`must be owner of ${kindOf(requirement.of)} ${nameOf(context, requirement.of)}`);
    case 'privilege': {
      if (requirement.on.kind === 'role') return;
      if (holds(snapshot, role, requirement.privilege, requirement.on.row.privileges)) return;
      const word = requirement.privilege === 'U' ? 'USAGE' : 'CREATE';
      throw permissionDenied(`permission denied for ${kindOf(requirement.on)} "${nameOf(context, requirement.on)}"`, {
        detail: `The '${role.name}' role needs ${word} privileges on ${kindOf(requirement.on)} "${nameOf(context, requirement.on)}".`,
        hint: `GRANT ${word} ON ${kindOf(requirement.on).toUpperCase()} … TO ${role.name}, by its owner or a superuser.`,
      });
    }
    case 'system':
      if (holds(snapshot, role, requirement.privilege, snapshot.tables.systemPrivileges.values())) return;
      throw permissionDenied(`permission denied to ${requirement.to}`, {
        detail: `The '${role.name}' role needs ${requirement.privilege === 'B' ? 'CREATEDB' : 'CREATEROLE'} privileges on SYSTEM.`,
      });
  }
}

const nameOf = (context: PlanContext, ref: ObjectRef): string =>
  ref.kind === 'item' ? fullName(context, ref.row) : ref.row.name;

function creation(row: ItemRow, context: PlanContext): readonly Requirement[] {
  const place = context.snapshot.schema(row.schemaId);
  return place === undefined ? [] : [...usageOfSchema(row, context), privilege('C', schema(place))];
}

function usageOfSchema(row: ItemRow, context: PlanContext): readonly Requirement[] {
  const place = context.snapshot.schema(row.schemaId);
  if (place === undefined) return [];
  const holder = place.databaseId === null ? undefined : context.snapshot.database(place.databaseId);
  return [...(holder === undefined ? [] : [privilege('U', database(holder))]), privilege('U', schema(place))];
}

/** USAGE on every tunnel and secret that the definition names, those it named before excepted. */
function uses(row: ItemRow, context: PlanContext, before?: ItemRow): readonly Requirement[] {
  return row.dependsOn
    .filter((id) => before === undefined || !before.dependsOn.includes(id))
    .map((id) => context.snapshot.item(id))
    .filter((dependency) => dependency !== undefined)
    .map((dependency) => privilege('U', item(dependency)));
}
