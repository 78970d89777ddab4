import type { Hop } from '../kind.ts';
import { idOf, protectionOf, tlsSecretsOf } from '../tls.ts';
import type { PostgresDetails } from './details.ts';

export const hops = ({ host, port, through, user, passwordSecretId, tls }: PostgresDetails): readonly Hop[] => [
  {
    host,
    port,
    through,
    purpose: 'PostgreSQL server',
    user,
    protection: protectionOf(tls),
    secrets: [...idOf(user), ...(passwordSecretId === null ? [] : [passwordSecretId]), ...tlsSecretsOf(tls)],
  },
];
