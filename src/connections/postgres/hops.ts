import type { Hop } from '../kind.ts';
import type { PostgresDetails } from './details.ts';

export const hops = (details: PostgresDetails): readonly Hop[] => [
  { host: details.host, port: details.port, through: details.through, purpose: 'PostgreSQL server' },
];
