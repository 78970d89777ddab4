import type { ConnectionKind } from '../kind.ts';
import { hopTo } from '../server-details.ts';
import type { PostgresDetails } from './details.ts';
import { login } from './login.ts';
import { options } from './options.ts';
import { notices, plan } from './plan.ts';
import { relay } from './relay.ts';
import { setup } from './setup.ts';
import { stages } from './stages.ts';

export type { PostgresDetails } from './details.ts';

/** CREATE CONNECTION … TO POSTGRES. */
export const postgres: ConnectionKind<PostgresDetails> = {
  type: 'postgres',
  words: ['POSTGRES'],
  options,
  validatesByDefault: true,
  adviceForForeignOptions: {
    URL: 'Write the parts of the URL as options: HOST, PORT, DATABASE, USER, PASSWORD.',
    'SASL USERNAME': 'PostgreSQL takes USER.',
    'SASL PASSWORD': 'PostgreSQL takes PASSWORD.',
    'SECURITY PROTOCOL': 'PostgreSQL takes SSL MODE.',
    BROKER: 'PostgreSQL takes HOST and PORT.',
  },
  plan,
  notices,
  facts: ({ host, port, database, tls, through }) => ({ host, port, database, sslMode: tls.mode, through }),
  hops: hopTo('PostgreSQL server'),
  setup,
  stages,
  login,
  relay,
};
