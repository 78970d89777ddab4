import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import ssh2, { type AuthContext, type Connection, type ParsedKey } from 'ssh2';
import { generateTunnelKey } from '../../src/tunnels/index.ts';

export interface DemoBastionOptions {
  readonly user: string;
  /** Its authorized_keys; made empty, read at each login. */
  readonly authorizedKeysFile: string;
  /** The one place that it forwards to. */
  readonly target: { readonly host: string; readonly port: number };
  readonly serve: (stream: Duplex) => void;
}

/** A bastion within this process: lets a user in by key, and forwards to one place, which nothing else reaches. */
export class DemoBastion implements AsyncDisposable {
  readonly port: number;
  readonly #options: DemoBastionOptions;
  readonly #server: ssh2.Server;
  readonly #clients: Set<Connection>;

  private constructor(options: DemoBastionOptions, server: ssh2.Server, clients: Set<Connection>) {
    this.#options = options;
    this.#server = server;
    this.#clients = clients;
    this.port = (server.address() as AddressInfo).port;
  }

  static async start(options: DemoBastionOptions): Promise<DemoBastion> {
    writeFileSync(options.authorizedKeysFile, '', { mode: 0o600 });
    const clients = new Set<Connection>();
    const hostKey = generateTunnelKey().privateKey.use((pem) => pem);
    const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
      clients.add(client);
      client.once('close', () => clients.delete(client));
      welcome(client, options);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new DemoBastion(options, server, clients);
  }

  /** What its administrator does with the lines that VALIDATE CONNECTION shows. */
  install(lines: readonly string[]): void {
    writeFileSync(this.#options.authorizedKeysFile, lines.map((line) => `${line}\n`).join(''), { flag: 'a' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.end();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

function welcome(client: Connection, options: DemoBastionOptions): void {
  client.on('error', () => {});
  client.on('authentication', (context) => {
    if (isLetIn(context, options)) context.accept();
    else context.reject(['publickey']);
  });
  client.on('session', (_accept, reject) => reject());
  client.on('tcpip', (accept, reject, { destIP, destPort }) => {
    const { host, port } = options.target;
    if (destIP === host && destPort === port) options.serve(accept());
    else reject();
  });
}

/** A question whether a key would do comes without a signature. */
function isLetIn(context: AuthContext, { user, authorizedKeysFile }: DemoBastionOptions): boolean {
  if (context.method !== 'publickey' || context.username !== user) return false;
  const wanted = context.key.data.toString('base64');
  const line = readFileSync(authorizedKeysFile, 'utf8')
    .split('\n')
    .find((each) => each.includes(wanted));
  if (line === undefined) return false;
  const { blob, signature, hashAlgo } = context;
  if (signature === undefined || blob === undefined) return true;
  const key = ssh2.utils.parseKey(`${context.key.algo} ${wanted}`) as ParsedKey;
  return key.verify(blob, signature, hashAlgo);
}
