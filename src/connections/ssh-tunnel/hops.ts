import type { Hop } from '../kind.ts';
import type { SshTunnelDetails } from './details.ts';

export const hops = (details: SshTunnelDetails): readonly Hop[] => [
  { host: details.host, port: details.port, through: details.through, purpose: 'SSH bastion' },
];
