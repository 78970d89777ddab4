import type { Hop } from '../kind.ts';
import { idOf, protectionOf, tlsSecretsOf } from '../tls.ts';
import type { RegistryDetails } from './details.ts';

export const hops = ({ host, port, through, user, passwordSecretId, tls }: RegistryDetails): readonly Hop[] => [
  {
    host,
    port,
    through,
    purpose: 'schema registry',
    user,
    protection: protectionOf(tls),
    secrets: [...idOf(user), ...(passwordSecretId === null ? [] : [passwordSecretId]), ...tlsSecretsOf(tls)],
  },
];
