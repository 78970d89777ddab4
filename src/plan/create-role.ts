import { type RoleRow, put, roleId } from '../catalog/index.ts';
import { PgError, duplicateObject, notice, syntaxError } from '../errors/index.ts';
import type { PgNotice } from '../errors/index.ts';
import { Secret } from '../secrets/index.ts';
import type { CreateRole, RoleOption } from '../sql/index.ts';
import { alreadyExists } from './clash.ts';
import type { PlanContext } from './context.ts';
import { type CatalogEffects, allocate, auditOf } from './effects.ts';
import { positionOf } from './names.ts';
import { type NothingPlan, nothing } from './nothing.ts';
import { refuseReservedRole } from './resolve-object.ts';

export interface CreateRolePlan {
  readonly kind: 'create-role';
  readonly role: RoleRow;
  /** The password to derive a verifier from; null: none, or taken away. undefined: not spoken of. */
  readonly password: Secret<string> | null | undefined;
  readonly effects: CatalogEffects;
}

export function planCreateRole(statement: CreateRole, context: PlanContext): CreateRolePlan | NothingPlan {
  const position1 = positionOf(context, statement.name.offset0);
  const name = statement.name.value;
  refuseReservedRole(name, position1);
  if (context.snapshot.roleNamed(name) !== undefined) {
    if (statement.ifNotExists) return nothing('CREATE ROLE', alreadyExists('role', name));
    throw duplicateObject('role', name, { position1 });
  }
  const allocated = allocate(context, 'role');
  const options = roleOptions(context, statement.options);
  const role: RoleRow = {
    id: roleId(allocated.id),
    oid: allocated.oid,
    name,
    inherit: options.inherit ?? true,
    superuser: options.superuser ?? false,
    // A role without LOGIN is a group, as in PostgreSQL; a password alone says that someone is meant to log in.
    login: options.login ?? (options.password !== undefined && options.password !== null),
    passwordVerifier: null,
    settings: {},
  };
  return {
    kind: 'create-role',
    role,
    password: options.password,
    effects: {
      changes: [...allocated.changes, put('roles', role)],
      audit: [auditOf(context, 'create', { kind: 'role', row: role }, attributesOf(options))],
      notices: options.notices,
    },
  };
}

export interface PlannedRoleOptions {
  readonly login?: boolean;
  readonly superuser?: boolean;
  readonly inherit?: boolean;
  readonly password?: Secret<string> | null;
  readonly notices: readonly PgNotice[];
}

/** @throws PgError 42601 for an option given twice, 0A000 for the attributes that are privileges here */
export function roleOptions(context: PlanContext, options: readonly RoleOption[]): PlannedRoleOptions {
  const planned: { -readonly [Key in keyof PlannedRoleOptions]: PlannedRoleOptions[Key] } = { notices: [] };
  const seen = new Set<string>();
  for (const option of options) {
    const position1 = positionOf(context, option.offset0);
    if (seen.has(option.kind)) throw syntaxError('conflicting or redundant options', { position1 });
    seen.add(option.kind);
    switch (option.kind) {
      case 'login':
      case 'superuser':
      case 'inherit':
        planned[option.kind] = option.value;
        break;
      case 'password':
        planned.password = option.value === null ? null : new Secret(option.value);
        if (option.value === '') {
          planned.password = null;
          planned.notices = [
            notice('successful_completion', 'empty string is not a valid password, clearing password'),
          ];
        }
        break;
      case 'createrole':
      case 'createdb':
      case 'createcluster':
        throw new PgError('feature_not_supported', `${option.kind.toUpperCase()} attribute is not supported`, {
          position1,
          hint: `Use GRANT ${option.kind.toUpperCase()} ON SYSTEM TO the role.`,
        });
    }
  }
  return planned;
}

/** The attributes set, for the audit; of a password only that there was one. */
export function attributesOf(options: PlannedRoleOptions): Record<string, unknown> {
  const { login, superuser, inherit } = options;
  return {
    ...(login === undefined ? {} : { login }),
    ...(superuser === undefined ? {} : { superuser }),
    ...(inherit === undefined ? {} : { inherit }),
    ...(options.password === undefined ? {} : { password: options.password === null ? 'removed' : 'set' }),
  };
}
