import type { ConnectionKind } from '../kind.ts';
import { hostPort } from '../rules.ts';
import { hopTo } from '../server-details.ts';
import type { RegistryDetails } from './details.ts';
import { login } from './login.ts';
import { options } from './options.ts';
import { notices, plan } from './plan.ts';
import { stages } from './stages.ts';

export type { RegistryDetails } from './details.ts';

/** CREATE CONNECTION … TO CONFLUENT SCHEMA REGISTRY, and registries compatible with it. */
export const confluentSchemaRegistry: ConnectionKind<RegistryDetails> = {
  type: 'confluent-schema-registry',
  words: ['CONFLUENT', 'SCHEMA', 'REGISTRY'],
  options,
  validatesByDefault: true,
  adviceForForeignOptions: {
    HOST: "A schema registry takes URL = 'https://host:port'.",
    BROKER: "A schema registry takes URL = 'https://host:port'.",
    'SSL MODE': 'A schema registry takes https:// or http:// in URL.',
    'SASL USERNAME': 'A schema registry takes USERNAME.',
    'SASL PASSWORD': 'A schema registry takes PASSWORD.',
  },
  plan,
  notices,
  facts: ({ host, port, path, tls, through }) => ({
    url: `${tls.mode === 'disable' ? 'http' : 'https'}://${hostPort(host, port)}${path}`,
    through,
  }),
  hops: hopTo('schema registry'),
  stages,
  login,
};
