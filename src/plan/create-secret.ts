import { type ItemRow, itemId } from '../catalog/index.ts';
import type { Secret } from '../secrets/index.ts';
import type { CreateSecret } from '../sql/index.ts';
import { clash } from './clash.ts';
import type { PlanContext } from './context.ts';
import { type CatalogEffects, allocate, auditOf, initialPrivileges, putItem } from './effects.ts';
import { resolveNewItem } from './names.ts';
import { type NothingPlan, nothing } from './nothing.ts';
import { itemName } from './rewrite-names.ts';
import { planSecretValue } from './secret-value.ts';

export interface CreateSecretPlan {
  readonly kind: 'create-secret';
  readonly item: ItemRow;
  readonly value: Secret<Buffer>;
  readonly effects: CatalogEffects;
}

const tag = 'CREATE SECRET';

export function planCreateSecret(statement: CreateSecret, context: PlanContext): CreateSecretPlan | NothingPlan {
  const target = resolveNewItem(context, statement.name);
  const value = planSecretValue(statement.value, context);
  const exists = clash(context, target, statement.name, statement.ifNotExists);
  if (exists !== undefined) return nothing(tag, exists);

  const allocated = allocate(context, 'item');
  const name = itemName(context, { schemaId: target.schema.id, name: target.name });
  const item: ItemRow = {
    id: itemId(allocated.id),
    oid: allocated.oid,
    schemaId: target.schema.id,
    name: target.name,
    kind: 'secret',
    type: null,
    ownerId: context.role.id,
    privileges: initialPrivileges(context, 'secret', {
      databaseId: target.schema.databaseId,
      schemaId: target.schema.id,
    }),
    createSql: context.sql.print({ ...statement, name, ifNotExists: false }, 'redacted'),
    dependsOn: [],
    facts: {},
  };
  return {
    kind: 'create-secret',
    item,
    value,
    effects: {
      changes: [...allocated.changes, putItem(item)],
      audit: [auditOf(context, 'create', { kind: 'item', row: item })],
      notices: [],
    },
  };
}
