import { type Change, type ItemRow, put } from '../catalog/index.ts';
import type { CreateConnectionPlan } from '../plan/index.ts';
import { type GeneratedKey, generateTunnelKey } from '../tunnels/index.ts';
import { checkConnection } from './check-connection.ts';
import { type Outcome, done } from './outcome.ts';
import type { ExecContext } from './rooms.ts';
import { keySlot } from './tunnel-definitions.ts';

/** Makes a tunnel's two key pairs; checks the connection where its kind or the statement wants it, before anything is stored. */
export async function executeCreateConnection(plan: CreateConnectionPlan, context: ExecContext): Promise<Outcome> {
  const { effects, item } = plan;
  const keys = plan.connectionKind.ownsKeyPairs === true ? keyChanges(item, context) : [];
  const changes = [...effects.changes, ...keys];
  const notices = plan.validate ? await validate(plan, changes, context) : [];
  return done('CREATE CONNECTION', { changes, audit: effects.audit, notices: [...effects.notices, ...notices] });
}

async function validate(plan: CreateConnectionPlan, changes: readonly Change[], context: ExecContext) {
  const snapshot = context.plan.snapshot.apply(changes);
  const checked = await context.memo.once(`validate ${plan.item.createSql} ${plan.item.dependsOn.join()}`, () =>
    checkConnection(
      { item: plan.item, kind: plan.connectionKind, details: plan.details },
      { ...context, plan: { ...context.plan, snapshot } },
      false,
    ),
  );
  return checked.notices;
}

function keyChanges(item: ItemRow, context: ExecContext): readonly Change[] {
  const pairs = context.memo.onceSync('keys', () => [generateTunnelKey(), generateTunnelKey()] as const);
  return pairs.flatMap((pair, index) => keyRows(item, index === 0 ? 1 : 2, pair, context));
}

/** A new key pair in a slot: its public half, and its private half sealed for this tunnel. */
export function keyRows(item: ItemRow, slot: 1 | 2, pair: GeneratedKey, context: ExecContext): readonly Change[] {
  const { sealer, now } = context.rooms;
  const place = keySlot(pair.fingerprint);
  const sealed = pair.privateKey.use((pem) => sealer.seal(Buffer.from(pem, 'utf8'), `${item.id}/${place}`));
  return [
    put('sshTunnelKeys', {
      itemId: item.id,
      slot,
      publicKey: pair.publicKey,
      fingerprint: pair.fingerprint,
      createdAt: now().toISOString(),
    }),
    put('sealed', { itemId: item.id, slot: place, sealed }),
  ];
}
