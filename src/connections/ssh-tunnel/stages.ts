import type { StageContext, ValidationEvent } from '../kind.ts';
import { inConnection } from '../trace.ts';
import type { SshTunnelDetails } from './details.ts';

/** One fresh login to the bastion. */
export async function* stages(_details: SshTunnelDetails, context: StageContext): AsyncIterable<ValidationEvent> {
  const check = await inConnection(context.name, () => context.checkTunnel(context.id, context.signal));
  for (const report of check.reports) yield { report };
  for (const notice of check.notices) yield { notice };
}
