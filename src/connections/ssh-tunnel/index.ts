import type { ConnectionKind } from '../kind.ts';
import type { SshTunnelDetails } from './details.ts';
import { hops } from './hops.ts';
import { options } from './options.ts';
import { forgetsObserved, notices, plan } from './plan.ts';
import { stages } from './stages.ts';

export type { SshTunnelDetails } from './details.ts';
export { authorizedKeys, type BastionSetupInput, bastionSetup, type Dependant, sshdConfig } from './bastion-setup.ts';
export { tunnelDefinition, tunnelGeneration, type TunnelFacts } from './tunnel-definition.ts';

/** CREATE CONNECTION … TO SSH TUNNEL: a bastion, its keys made by this server. */
export const sshTunnel: ConnectionKind<SshTunnelDetails> = {
  type: 'ssh-tunnel',
  words: ['SSH', 'TUNNEL'],
  options,
  validatesByDefault: false,
  ownsKeyPairs: true,
  adviceForForeignOptions: {
    PASSWORD:
      'A bastion is logged in to by key: install the keys from mz_ssh_tunnel_connections in its authorized_keys.',
  },
  plan,
  forgetsObserved,
  notices,
  facts: ({ host, port, user, hostKeys, through }) => ({ host, port, user, hostKeys, through }),
  hops,
  stages,
};
