import { type Change, type SshTunnelKeyRow, put, remove } from '../catalog/index.ts';
import { PgError, invariant, notInState, notice } from '../errors/index.ts';
import { type RotateKeysPlan, shortName } from '../plan/index.ts';
import { type GeneratedKey, authorizedKeysLine, generateTunnelKey } from '../tunnels/index.ts';
import { keyRows } from './create-connection.ts';
import { type Outcome, done } from './outcome.ts';
import type { ExecContext } from './rooms.ts';
import { SnapshotTunnels, keySlot } from './tunnel-definitions.ts';

/**
 * Key 2 becomes key 1, a new key 2 is made, in one transaction. A tunnel that never logged in rotates freely; one that did is asked
 * whether its bastion takes key 2, so that no rotation cuts off traffic.
 */
export async function executeRotateKeys(plan: RotateKeysPlan, context: ExecContext): Promise<Outcome> {
  const { item } = plan.connection;
  const { snapshot } = context.plan;
  const first = snapshot.sshTunnelKey(item.id, 1);
  const second = snapshot.sshTunnelKey(item.id, 2);
  invariant(first !== undefined && second !== undefined, `tunnel ${item.id} has no two keys`);
  if (!plan.force) await refuseUnlessAccepted(plan, second, context);

  const pair = context.memo.onceSync('key', generateTunnelKey);
  const sealedFirst = snapshot.sealed(item.id, keySlot(first.fingerprint));
  const changes: Change[] = [
    ...(sealedFirst === undefined ? [] : [remove('sealed', sealedFirst)]),
    put('sshTunnelKeys', { ...second, slot: 1 }),
    ...keyRows(item, 2, pair, context),
  ];
  return done('ALTER CONNECTION', {
    changes,
    audit: plan.effects.audit,
    notices: [installNotice(plan, pair, context)],
  });
}

async function refuseUnlessAccepted(
  plan: RotateKeysPlan,
  second: SshTunnelKeyRow,
  context: ExecContext,
): Promise<void> {
  const { item } = plan.connection;
  const { observations, tunnels, sealer } = context.rooms;
  const acceptances = observations.keyAcceptances(item.id);
  if (acceptances.length === 0) return;
  const seen = acceptances.some((acceptance) => acceptance.fingerprint === second.fingerprint);
  const answer = await context.memo.once(`accepts ${second.fingerprint}`, async () => {
    try {
      return await tunnels.acceptsKey(item.id, 2, new SnapshotTunnels(context.plan, sealer), context.signal);
    } catch (error) {
      if (context.signal.aborted || !(error instanceof PgError)) throw error;
      return error;
    }
  });
  if (answer === true || (answer instanceof PgError && seen)) return;
  throw refused(plan, second, context, answer instanceof PgError ? answer : undefined);
}

function refused(
  plan: RotateKeysPlan,
  second: SshTunnelKeyRow,
  context: ExecContext,
  cause: PgError | undefined,
): PgError {
  const name = shortName(context.plan, plan.connection.item);
  const why =
    cause === undefined
      ? `the bastion of connection "${name}" does not accept key 2 yet`
      : `the bastion of connection "${name}" cannot be asked whether it accepts key 2: ${cause.message}`;
  return notInState(`cannot rotate keys: ${why}`, {
    detail: `Rotating now would leave no key that the bastion is known to accept. Line for authorized_keys:\n${authorizedKeysLine(second.publicKey)}`,
    hint: `Add the line to the authorized_keys of the bastion's user and rotate again. ALTER CONNECTION ${name} ROTATE KEYS WITH (FORCE) rotates all the same.`,
    ...(cause === undefined ? {} : { cause }),
  });
}

function installNotice(plan: RotateKeysPlan, pair: GeneratedKey, context: ExecContext) {
  const name = shortName(context.plan, plan.connection.item);
  return notice('successful_completion', `connection "${name}" has a new key 2`, {
    detail: `Line for authorized_keys:\n${authorizedKeysLine(pair.publicKey)}`,
    hint: 'Add it on the bastion before the next rotation. The former key 1 is no longer used and may be removed there.',
  });
}
