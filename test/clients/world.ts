import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloseStack } from '../../src/close-stack.ts';
import { type PrivateNetwork, startPrivateNetwork } from '../support/private-network.ts';
import { startPostgres } from '../support/postgres.ts';
import { type Sallyport, startSallyport } from '../support/sallyport.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { createAuthority } from '../support/tls.ts';
import type { Login } from './conversation.ts';

/**
 * What the clients talk to: one server that asks for passwords over TLS, one that asks nothing, and a bastion
 * with a database behind it.
 */
export interface World extends AsyncDisposable {
  readonly network: PrivateNetwork;
  readonly servers: Readonly<Record<'password' | 'trust', Sallyport>>;
  /** A PostgreSQL, for what must be the same there. */
  readonly reference: Login;
  readonly logins: Readonly<Record<'password' | 'trust', Login>>;
}

const password = `correct horse, 100% of "battery" & 'staple'`;

export async function startWorld(): Promise<World> {
  await using opened = new CloseStack();
  const network = opened.use(await startPrivateNetwork());
  const folder = temporaryDirectory();
  opened.defer(() => folder[Symbol.dispose]());
  const authority = createAuthority('clients');
  const issued = authority.issue({ commonName: 'sallyport', names: ['IP:127.0.0.1', 'DNS:localhost'] });
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder.path, name), text, { mode: 0o600 });
    return join(folder.path, name);
  };
  const tls = ['--tls-cert', file('server.crt', issued.certificate), '--tls-key', file('server.key', issued.key)];
  const servers = {
    password: opened.use(await startSallyport({ args: ['--auth', 'scram', ...tls] })),
    trust: opened.use(await startSallyport()),
  };
  const reference = opened.use(await startPostgres());
  const owner = await servers.password.client({ host: join(servers.password.dataDir, 'run') });
  await owner.query(`CREATE ROLE clients WITH LOGIN SUPERUSER PASSWORD '${password.replaceAll("'", "''")}'`);
  await owner.end();
  const ca = file('ca.crt', authority.certificate);
  const parts = opened.move();
  return {
    network,
    servers,
    reference: { port: reference.port, user: 'trusted', database: 'app' },
    logins: {
      password: {
        port: servers.password.sqlPort,
        user: 'clients',
        database: 'materialize',
        password,
        authority: ca,
      },
      trust: { port: servers.trust.sqlPort, user: 'materialize', database: 'materialize' },
    },
    [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose](),
  };
}
