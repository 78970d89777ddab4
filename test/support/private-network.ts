import { CloseStack } from '../../src/close-stack.ts';
import { createNetns, type Netns } from './netns.ts';
import { password, startPostgres, type TestPostgres } from './postgres.ts';
import { type Sshd, startSshd } from './sshd.ts';
import { createAuthority } from './tls.ts';

/** A bastion, and behind it, in a network that only the bastion reaches, a PostgreSQL with TLS called `db.internal`. */
export interface PrivateNetwork extends AsyncDisposable {
  readonly netns: Netns;
  readonly bastion: Sshd;
  readonly database: TestPostgres;
  /** `CREATE CONNECTION name TO SSH TUNNEL (…)` for the bastion. */
  createTunnel(name: string): string;
  /** `CREATE CONNECTION name TO POSTGRES (…)` for the database; the secret holds {@link databasePassword}. */
  createPostgres(name: string, tunnel: string, secret: string): string;
}

/** Of the database's login `app`. */
export const databasePassword = password;

export async function startPrivateNetwork(): Promise<PrivateNetwork> {
  await using opened = new CloseStack();
  const netns = opened.use(createNetns());
  const bastion = opened.use(await startSshd({ netns }));
  const database = opened.use(await startPostgresWithTls(netns));
  const parts = opened.move();
  return {
    netns,
    bastion,
    database,
    createTunnel: (name) =>
      `CREATE CONNECTION ${name} TO SSH TUNNEL (HOST '${bastion.host}', USER '${bastion.user}', PORT ${bastion.port})`,
    createPostgres: (name, tunnel, secret) =>
      `CREATE CONNECTION ${name} TO POSTGRES (HOST 'db.internal', PORT ${database.port}, USER 'app', ` +
      `PASSWORD SECRET ${secret}, SSL MODE 'require', DATABASE 'app', SSH TUNNEL ${tunnel})`,
    [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose](),
  };
}

/** A PostgreSQL inside the namespace, called `db.internal` there, with a certificate for that name. */
export function startPostgresWithTls(netns: Netns): Promise<TestPostgres> {
  const authority = createAuthority('test');
  const server = authority.issue({ commonName: 'db.internal', names: ['DNS:db.internal'] });
  return startPostgres({ netns, tls: { server, ca: authority.certificate } });
}
