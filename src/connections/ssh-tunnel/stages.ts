import type { StageContext, ValidationEvent } from '../kind.ts';
import { inConnection } from '../trace.ts';
import type { SshTunnelDetails } from './details.ts';

/** One fresh login to the bastion. */
export async function* stages(_details: SshTunnelDetails, context: StageContext): AsyncIterable<ValidationEvent> {
  const check = await inConnection(context.name, () => context.checkTunnel(context.id, context.signal));
  for (const report of check.reports) yield { report };
  for (const notice of check.notices) yield { notice };
  const [first, second] = check.accepted;
  yield { fact: ['public key 1', accepted(first)] };
  yield { fact: ['public key 2', accepted(second)] };
}

const accepted = (state: boolean | null): string =>
  state === null ? 'not tried' : state ? 'accepted' : 'not accepted';
