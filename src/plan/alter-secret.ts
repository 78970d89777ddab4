import type { ItemRow } from '../catalog/index.ts';
import type { Secret } from '../secrets/index.ts';
import type { AlterSecret } from '../sql/index.ts';
import { doesNotExist } from './clash.ts';
import type { PlanContext } from './context.ts';
import { type CatalogEffects, auditOf } from './effects.ts';
import { findItem, writtenName } from './names.ts';
import { type NothingPlan, nothing } from './nothing.ts';
import { planSecretValue } from './secret-value.ts';
import { resolveSecret } from './stored.ts';

export interface AlterSecretPlan {
  readonly kind: 'alter-secret';
  readonly item: ItemRow;
  readonly value: Secret<Buffer>;
  readonly effects: CatalogEffects;
}

/** Replaces the value only: same id, same definition; its users read the new value at their next dial. */
export function planAlterSecret(statement: AlterSecret, context: PlanContext): AlterSecretPlan | NothingPlan {
  if (statement.ifExists && findItem(context, statement.name) === undefined) {
    return nothing('ALTER SECRET', doesNotExist('secret', writtenName(statement.name)));
  }
  const item = resolveSecret(context, statement.name);
  return {
    kind: 'alter-secret',
    item,
    value: planSecretValue(statement.value, context),
    effects: { changes: [], audit: [auditOf(context, 'alter', { kind: 'item', row: item })], notices: [] },
  };
}
