import type { Hop } from '../kind.ts';
import type { SshTunnelDetails } from './details.ts';

export const hops = ({ host, port, through, user, hostKeys }: SshTunnelDetails): readonly Hop[] => [
  {
    host,
    port,
    through,
    purpose: 'SSH bastion',
    user: { text: user },
    protection: hostKeys.length === 0 ? 'SSH, host key learned at first use' : 'SSH, host key declared',
    secrets: [],
  },
];
