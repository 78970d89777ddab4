import { type RoleRow, put } from '../catalog/index.ts';
import type { Secret } from '../secrets/index.ts';
import type { AlterRole } from '../sql/index.ts';
import type { PlanContext } from './context.ts';
import { attributesOf, roleOptions } from './create-role.ts';
import { type CatalogEffects, auditOf } from './effects.ts';
import { refuseFirstRole, resolveRole } from './resolve-object.ts';
import { settableValue } from './set-variable.ts';

export interface AlterRolePlan {
  readonly kind: 'alter-role';
  readonly before: RoleRow;
  readonly after: RoleRow;
  readonly password: Secret<string> | null | undefined;
  /** Only a password or settings: what a role may change of itself. */
  readonly ownAffairs: boolean;
  readonly effects: CatalogEffects;
}

export function planAlterRole(statement: AlterRole, context: PlanContext): AlterRolePlan {
  const before = resolveRole(context, statement.name);
  const { change } = statement;
  if (change.kind === 'options') {
    const options = roleOptions(context, change.options);
    if (options.superuser === false) refuseFirstRole(context, before, statement.name.offset0, 'take SUPERUSER from');
    const after: RoleRow = {
      ...before,
      login: options.login ?? before.login,
      superuser: options.superuser ?? before.superuser,
      inherit: options.inherit ?? before.inherit,
    };
    const ownAffairs = change.options.every((option) => option.kind === 'password');
    return {
      kind: 'alter-role',
      before,
      after,
      password: options.password,
      ownAffairs,
      effects: {
        changes: [put('roles', after)],
        audit: [auditOf(context, 'alter', { kind: 'role', row: before }, attributesOf(options))],
        notices: options.notices,
      },
    };
  }
  const after: RoleRow = { ...before, settings: changedSettings(before, change, context) };
  return {
    kind: 'alter-role',
    before,
    after,
    password: undefined,
    ownAffairs: true,
    effects: {
      changes: [put('roles', after)],
      audit: [auditOf(context, 'alter', { kind: 'role', row: before }, { [change.kind]: change.variable.value })],
      notices: [],
    },
  };
}

function changedSettings(
  role: RoleRow,
  change: Extract<AlterRole['change'], { kind: 'set' | 'reset' }>,
  context: PlanContext,
): RoleRow['settings'] {
  if (change.kind === 'reset' && change.variable.value === 'all') return {};
  const { name, value } = settableValue(change.variable, change.kind === 'set' ? change.values : 'default', context);
  const { [name]: _, ...rest } = role.settings;
  return value === null ? rest : { ...rest, [name]: value };
}
