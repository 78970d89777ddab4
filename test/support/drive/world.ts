import type { Client } from 'pg';
import { CloseStack } from '../../../src/close-stack.ts';
import { createNetns, type Netns } from '../netns.ts';
import { password, type TestPostgres } from '../postgres.ts';
import { startPostgresWithTls } from '../private-network.ts';
import { type Sallyport, startSallyport } from '../sallyport.ts';
import { type Sshd, startSshd } from '../sshd.ts';

/**
 * What a drive file runs against, each part started when first named: the server, a bastion in a network of its own, and behind
 * it a PostgreSQL called `db.internal` that nothing else reaches.
 */
export class World implements AsyncDisposable {
  readonly #parts = new CloseStack();
  readonly #sessions = new Map<string, Client>();
  readonly #serverArguments: string[] = [];
  #netns: Netns | undefined;
  #bastion: Sshd | undefined;
  #database: TestPostgres | undefined;
  #server: Sallyport | undefined;

  /** Does what `server.kill`, `bastion.install …` and the like name. @throws Error for a word that is none. */
  async act(name: string, argument: string): Promise<void> {
    const action = actions[name];
    if (action === undefined) throw new Error(`no such action: ${name}; there are ${Object.keys(actions).join(', ')}`);
    await action(this, argument);
  }

  /** The value of `${bastion.host}` and the like; undefined when it is none of ours. */
  async value(name: string): Promise<string | undefined> {
    return values[name]?.(this);
  }

  async session(name: string, user: string): Promise<Client> {
    const known = this.#sessions.get(name);
    if (known !== undefined) return known;
    const server = await this.server();
    const client = await server.client({ user });
    this.#sessions.set(name, client);
    return client;
  }

  /** Sessions end with the server that they were made on. */
  forgetSessions(): void {
    this.#sessions.clear();
  }

  addServerArguments(words: readonly string[]): void {
    if (this.#server !== undefined) throw new Error('server.args must stand before the first statement');
    this.#serverArguments.push(...words);
  }

  async server(): Promise<Sallyport> {
    this.#server ??= this.#parts.use(await startSallyport({ args: this.#serverArguments }));
    return this.#server;
  }

  netns(): Netns {
    this.#netns ??= this.#parts.use(createNetns());
    return this.#netns;
  }

  async bastion(): Promise<Sshd> {
    this.#bastion ??= this.#parts.use(await startSshd({ netns: this.netns() }));
    return this.#bastion;
  }

  async database(): Promise<TestPostgres> {
    this.#database ??= this.#parts.use(await startPostgresWithTls(this.netns()));
    return this.#database;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts[Symbol.asyncDispose]();
  }
}

const actions: Readonly<Record<string, (world: World, argument: string) => Promise<unknown>>> = {
  'server.args': async (world, argument) => world.addServerArguments(argument.split(' ')),
  'server.restart': async (world) => {
    const server = await world.server();
    world.forgetSessions();
    await server.restart();
  },
  'server.kill': async (world) => {
    const server = await world.server();
    world.forgetSessions();
    await server.kill('SIGKILL');
    await server.restart();
  },
  'bastion.start': (world) => world.bastion(),
  'bastion.install': async (world, argument) => (await world.bastion()).install(argument),
  'bastion.remove': async (world, argument) => (await world.bastion()).remove(argument),
  'bastion.clear': async (world) => (await world.bastion()).clear(),
  'bastion.kill': async (world) => (await world.bastion()).kill(),
  'bastion.restart': async (world) => (await world.bastion()).restart(),
  'bastion.new-host-key': async (world) => (await world.bastion()).restart({ newHostKey: true }),
  'bastion.config': async (world, argument) => (await world.bastion()).restart({ config: argument.split('; ') }),
  'bastion.logged': async (world, argument) => {
    await (await world.bastion()).logged(new RegExp(argument));
  },
  'db.start': (world) => world.database(),
  'db.sql': async (world, argument) => (await world.database()).sql(argument),
  'db.kill': async (world) => (await world.database()).kill(),
};

const values: Readonly<Record<string, (world: World) => Promise<string>>> = {
  'bastion.host': async (world) => (await world.bastion()).host,
  'bastion.port': async (world) => String((await world.bastion()).port),
  'bastion.user': async (world) => (await world.bastion()).user,
  'bastion.fingerprint': async (world) => (await world.bastion()).hostKeyFingerprint(),
  'bastion.host-key': async (world) => (await world.bastion()).hostPublicKey(),
  'egress.address': async (world) => world.netns().hostAddress,
  'egress.second': async (world) => world.netns().secondHostAddress,
  'db.host': async (world) => world.database().then(() => 'db.internal'),
  'db.port': async (world) => String((await world.database()).port),
  'db.user': async () => 'app',
  'db.password': async () => password,
  'db.database': async () => 'app',
  'server.port': async (world) => String((await world.server()).sqlPort),
};
