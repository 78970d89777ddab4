import { put } from '../catalog/index.ts';
import type { AlterSecretPlan } from '../plan/index.ts';
import { type Outcome, done } from './outcome.ts';
import type { ExecContext } from './rooms.ts';
import { secretSlot } from './secret-reader.ts';

export function executeAlterSecret(plan: AlterSecretPlan, context: ExecContext): Outcome {
  const { item, effects } = plan;
  const sealed = plan.value.use((bytes) => context.rooms.sealer.seal(bytes, `${item.id}/${secretSlot}`));
  return done('ALTER SECRET', {
    changes: [put('sealed', { itemId: item.id, slot: secretSlot, sealed })],
    audit: effects.audit,
  });
}
