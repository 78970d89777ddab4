import { put } from '../catalog/index.ts';
import type { CreateSecretPlan } from '../plan/index.ts';
import { type Outcome, done } from './outcome.ts';
import type { ExecContext } from './rooms.ts';
import { secretSlot } from './secret-reader.ts';

export function executeCreateSecret(plan: CreateSecretPlan, context: ExecContext): Outcome {
  const { item, effects } = plan;
  const sealed = plan.value.use((bytes) => context.rooms.sealer.seal(bytes, `${item.id}/${secretSlot}`));
  const changes = [...effects.changes, put('sealed', { itemId: item.id, slot: secretSlot, sealed })];
  return done('CREATE SECRET', { changes, audit: effects.audit });
}
