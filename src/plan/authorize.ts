import { type ItemRow, type Privilege, type RoleId, type RoleRow, publicRoleId } from '../catalog/index.ts';
import { permissionDenied } from '../errors/index.ts';
import type { PlanContext } from './context.ts';
import { fullName } from './names.ts';
import { type ObjectRef, kindOf } from './object-ref.ts';
import type { Plan } from './plan.ts';
import { privilegeWord } from './privilege-words.ts';
import { canBeSuperuser, effectiveRoles, isOwner, mayUse } from './privileges.ts';

/** One thing that a role must be or hold for a statement. Superusers need none of it, but for `session`. */
export type Requirement =
  | { readonly need: 'superuser'; readonly to: string; readonly why?: string }
  /** The role itself or a member of it. */
  | { readonly need: 'member'; readonly role: RoleId }
  /**
   * SET ROLE, where members are enough: the session's role is this role, a superuser or a member of it, whatever SET ROLE said since.
   * SET SESSION AUTHORIZATION: the role that logged in is this role or a superuser.
   */
  | { readonly need: 'session'; readonly role: RoleId; readonly membersToo: boolean }
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
const owner = (of: ObjectRef): Requirement => ({ need: 'owner', of });
const privilege = (letter: Privilege, on: ObjectRef): Requirement => ({ need: 'privilege', privilege: letter, on });
const member = (role: RoleId): Requirement => ({ need: 'member', role });
const nobody = (): readonly Requirement[] => [];

/** Who may what: for each plan, everything that the role needs. */
const table: Table = {
  nothing: nobody,
  read: nobody,
  begin: nobody,
  commit: nobody,
  rollback: nobody,
  savepoint: nobody,
  release: nobody,
  'rollback-to': nobody,
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
  'create-schema': (plan) => [privilege('C', { kind: 'database', row: plan.database })],
  'create-role': (plan) => [
    { need: 'system', privilege: 'R', to: 'create role' },
    ...(plan.role.superuser ? [{ need: 'superuser', to: 'create superuser' } as const] : []),
  ],
  'alter-role': (plan, context) => {
    if (plan.ownAffairs && plan.before.id === context.role.id) return [];
    const attribute = plan.after.superuser && !plan.before.superuser;
    return [
      rules(plan.before, 'alter role', context),
      ...(attribute ? [{ need: 'superuser', to: 'make a role superuser' } as const] : []),
    ];
  },
  'alter-system': () => [{ need: 'superuser', to: 'alter the system' }],
  'set-role': (plan) =>
    plan.role === null ? [] : [{ need: 'session', role: plan.role.id, membersToo: plan.target === 'role' }],
  'create-secret': (plan, context) => creation(item(plan.item), context),
  'alter-secret': (plan, context) => [owner(item(plan.item)), ...usageOfPlace(item(plan.item), context)],
  'create-connection': (plan, context) => [...creation(item(plan.item), context), ...uses(plan.item, context)],
  // Who may say where a connection goes may send its secrets there: those of the old definition count too.
  'alter-connection': (plan, context) => [
    ...alteration(item(plan.before.item), context),
    ...uses(plan.after.item, context),
  ],
  'rotate-keys': (plan, context) => alteration(item(plan.connection.item), context),
  'validate-connection': (plan, context) => usage(plan.connection.item, context),
  'explain-connection': (plan, context) => usage(plan.connection.item, context),
  'create-source': (plan, context) => (plan.connection === null ? [] : usage(plan.connection.item, context)),
  'create-table-from-source': nobody,
  'alter-source': (plan, context) => alteration(plan.target, context),
  drop: (plan, context) =>
    plan.targets.flatMap((target) =>
      target.kind === 'role'
        ? [rules(target.row, 'drop role', context)]
        : [owner(target), ...usageOfPlace(target, context)],
    ),
  rename: ({ target }, context) =>
    target.kind === 'role' ? [rules(target.row, 'rename role', context)] : alteration(target, context),
  owner: (plan, context) => [
    ...alteration(plan.target, context),
    member(plan.newOwner.id),
    ...createInPlace(plan.target, context),
  ],
  'grant-privileges': (plan, context) =>
    plan.targets === null
      ? [{ need: 'superuser', to: 'grant privileges on the system' }]
      : plan.targets.flatMap((target) => [owner(target), ...usageOfPlace(target, context)]),
  'grant-role': (plan, context) => plan.roles.map((role) => rules(role, 'grant role', context)),
  'alter-default-privileges': (plan, context) => [
    ...plan.creators.map((creator) =>
      creator === publicRoleId
        ? ({ need: 'superuser', to: 'alter default privileges of all roles' } as const)
        : member(creator),
    ),
    ...plan.places.flatMap((place) => [privilege('U', place), ...usageOfPlace(place, context)]),
  ],
  'reassign-owned': (plan) => [...plan.roles, plan.newOwner].map((role) => member(role.id)),
  'drop-owned': (plan) => plan.roles.map((role) => member(role.id)),
  comment: ({ target }, context) =>
    target.kind === 'role'
      ? [rules(target.row, 'comment on role', context)]
      : [owner(target), ...usageOfPlace(target, context)],
};

/** What a role that is no superuser must be or hold for this plan. */
export const requirementsOf = (plan: Plan, context: PlanContext): readonly Requirement[] =>
  (table[plan.kind] as (plan: Plan, context: PlanContext) => readonly Requirement[])(plan, context);

/** @throws PgError 42501 naming what is missing */
export function authorize(plan: Plan, context: PlanContext): void {
  for (const requirement of requirementsOf(plan, context)) check(requirement, context);
}

/** Whether the context's role may use a connection: what VALIDATE asks for. @throws PgError 42501 naming what is missing */
export function authorizeUse(connection: ItemRow, context: PlanContext): void {
  for (const requirement of usage(connection, context)) check(requirement, context);
}

/** To rule a superuser, or one who can become a superuser, is to be one. */
function rules(role: RoleRow, to: string, { snapshot }: PlanContext): Requirement {
  if (!canBeSuperuser(snapshot, role)) return { need: 'system', privilege: 'R', to };
  const why = `Role "${role.name}" is a superuser or a member of one: only superusers may do this.`;
  return { need: 'superuser', to: `${to} "${role.name}"`, why };
}

/** An owner whose USAGE was taken away can give it back, comment, drop, and nothing else. */
const alteration = (ref: ObjectRef, context: PlanContext): readonly Requirement[] => [
  owner(ref),
  ...(ref.kind === 'item' && ref.row.kind === 'connection' ? [privilege('U', ref)] : []),
  ...usageOfPlace(ref, context),
];

const creation = (ref: ObjectRef, context: PlanContext): readonly Requirement[] => [
  ...usageOfPlace(ref, context),
  ...createInPlace(ref, context),
];

const usage = (row: ItemRow, context: PlanContext): readonly Requirement[] => [
  privilege('U', item(row)),
  ...usageOfPlace(item(row), context),
];

/** USAGE of every tunnel and secret that the definition names. */
const uses = (row: ItemRow, context: PlanContext): readonly Requirement[] =>
  row.dependsOn
    .map((id) => context.snapshot.item(id))
    .filter((dependency) => dependency !== undefined)
    .flatMap((dependency) => usage(dependency, context));

/** The schema of an item, the database of a schema. */
function placeOf(ref: ObjectRef, { snapshot }: PlanContext): ObjectRef | undefined {
  if (ref.kind === 'item') {
    const row = snapshot.schema(ref.row.schemaId);
    return row && { kind: 'schema', row };
  }
  const row = ref.kind === 'schema' && ref.row.databaseId !== null ? snapshot.database(ref.row.databaseId) : undefined;
  return row && { kind: 'database', row };
}

function createInPlace(ref: ObjectRef, context: PlanContext): readonly Requirement[] {
  const place = placeOf(ref, context);
  return place === undefined ? [] : [privilege('C', place)];
}

function usageOfPlace(ref: ObjectRef, context: PlanContext): readonly Requirement[] {
  const place = placeOf(ref, context);
  return place === undefined ? [] : [...usageOfPlace(place, context), privilege('U', place)];
}

function check(requirement: Requirement, context: PlanContext): void {
  const { snapshot, role, sessionRole, loginRole = sessionRole } = context;
  if (requirement.need === 'session') {
    const { role: wanted, membersToo } = requirement;
    const asked = membersToo ? sessionRole : loginRole;
    if (asked.superuser || wanted === asked.id) return;
    if (membersToo && effectiveRoles(snapshot, asked, true).has(wanted)) return;
    const what = membersToo ? 'role' : 'session authorization';
    throw permissionDenied(`permission denied to set ${what} "${snapshot.role(wanted)?.name ?? wanted}"`);
  }
  if (role.superuser) return;
  switch (requirement.need) {
    case 'superuser':
      throw permissionDenied(`permission denied to ${requirement.to}`, {
        detail: requirement.why ?? 'Only superusers may do this.',
      });
    case 'member': {
      if (effectiveRoles(snapshot, role, true).has(requirement.role)) return;
      throw permissionDenied(`must be a member of role "${snapshot.role(requirement.role)?.name ?? requirement.role}"`);
    }
    case 'owner':
      if (isOwner(snapshot, role, requirement.of)) return;
      throw permissionDenied(`must be owner of ${kindOf(requirement.of)} ${nameOf(context, requirement.of)}`);
    case 'privilege':
      return checkPrivilege(requirement, context);
    case 'system':
      if (mayUse(snapshot, role, requirement.privilege, [...snapshot.tables.systemPrivileges.values()])) return;
      throw permissionDenied(`permission denied to ${requirement.to}`, {
        detail: `The '${role.name}' role needs ${privilegeWord(requirement.privilege)} privileges on SYSTEM.`,
      });
  }
}

function checkPrivilege(
  { privilege: letter, on }: Extract<Requirement, { need: 'privilege' }>,
  context: PlanContext,
): void {
  const { snapshot, role } = context;
  if (on.kind === 'role' || mayUse(snapshot, role, letter, on.row.privileges)) return;
  const word = privilegeWord(letter);
  const named = `${kindOf(on)} "${nameOf(context, on)}"`;
  throw permissionDenied(`permission denied for ${named}`, {
    detail: `The '${role.name}' role needs ${word} privileges on ${named}.`,
    hint: `GRANT ${word} ON ${kindOf(on).toUpperCase()} … TO ${role.name}, by its owner or a superuser.`,
  });
}

const nameOf = (context: PlanContext, ref: ObjectRef): string =>
  ref.kind === 'item' ? fullName(context, ref.row) : ref.row.name;
