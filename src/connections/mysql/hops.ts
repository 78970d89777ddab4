import type { Hop } from '../kind.ts';
import { idOf, protectionOf, tlsSecretsOf } from '../tls.ts';
import type { MysqlDetails } from './details.ts';

export const hops = ({ host, port, through, user, passwordSecretId, tls }: MysqlDetails): readonly Hop[] => [
  {
    host,
    port,
    through,
    purpose: 'MySQL server',
    user,
    protection: protectionOf(tls),
    secrets: [...idOf(user), ...(passwordSecretId === null ? [] : [passwordSecretId]), ...tlsSecretsOf(tls)],
  },
];
