import type { ConnectionKind } from '../kind.ts';
import { hopTo } from '../server-details.ts';
import type { MysqlDetails } from './details.ts';
import { login } from './login.ts';
import { options } from './options.ts';
import { modeWord, notices, plan } from './plan.ts';
import { setup } from './setup.ts';
import { stages } from './stages.ts';

export type { MysqlDetails } from './details.ts';

/** CREATE CONNECTION … TO MYSQL. */
export const mysql: ConnectionKind<MysqlDetails> = {
  type: 'mysql',
  words: ['MYSQL'],
  options,
  validatesByDefault: true,
  adviceForForeignOptions: {
    DATABASE: 'A MYSQL connection names no database: users of it name one with each table.',
    URL: 'Write the parts of the URL as options: HOST, PORT, USER, PASSWORD.',
    'SASL USERNAME': 'MySQL takes USER.',
    'SASL PASSWORD': 'MySQL takes PASSWORD.',
    'SECURITY PROTOCOL': 'MySQL takes SSL MODE.',
    BROKER: 'MySQL takes HOST and PORT.',
  },
  plan,
  notices,
  facts: ({ host, port, tls, through }) => ({ host, port, sslMode: modeWord(tls.mode), through }),
  hops: hopTo('MySQL server'),
  setup,
  stages,
  login,
};
