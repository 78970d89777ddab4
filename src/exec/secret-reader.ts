import { type ItemRow, itemId } from '../catalog/index.ts';
import type { SecretReader } from '../connections/index.ts';
import { PgError, undefinedItem } from '../errors/index.ts';
import type { Observations } from '../observations/index.ts';
import { type PlanContext, shortName } from '../plan/index.ts';
import { Secret, type Sealer } from '../secrets/index.ts';

export const secretSlot = 'value';

/** Secrets of one snapshot for one connection; each reading is noted in the history. */
export function secretReader(
  context: PlanContext,
  connection: ItemRow,
  sealer: Sealer,
  observations: Observations,
): SecretReader {
  return {
    text(secretId) {
      const item = context.snapshot.item(itemId(secretId));
      const sealed = item && context.snapshot.sealed(item.id, secretSlot);
      if (item === undefined || sealed === undefined)
        throw undefinedItem(secretId, { hint: 'The secret was dropped.' });
      const opened = open(context, item, sealer, sealed.sealed);
      observations.secretUsed({ secretId, connectionId: connection.id, role: context.role.name });
      return opened;
    },
  };
}

function open(context: PlanContext, item: ItemRow, sealer: Sealer, sealed: Uint8Array): Secret<string> {
  try {
    return sealer.open(sealed, `${item.id}/${secretSlot}`).use((bytes) => new Secret(bytes.toString('utf8')));
  } catch (error) {
    throw new PgError('data_corrupted', `secret "${shortName(context, item)}" cannot be opened`, {
      hint: `Give it its value again: ALTER SECRET ${shortName(context, item)} AS '…'.`,
      cause: error,
    });
  }
}
