import type { Hop } from '../kind.ts';
import type { MysqlDetails } from './details.ts';

export const hops = (details: MysqlDetails): readonly Hop[] => [
  { host: details.host, port: details.port, through: details.through, purpose: 'MySQL server' },
];
