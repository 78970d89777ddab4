import type { Hop } from '../kind.ts';
import type { RegistryDetails } from './details.ts';

export const hops = (details: RegistryDetails): readonly Hop[] => [
  { host: details.host, port: details.port, through: details.through, purpose: 'schema registry' },
];
