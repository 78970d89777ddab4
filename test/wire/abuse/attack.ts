import { setTimeout as sleep } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import { encryptedClient, proveByScram, securedSession } from '../../support/secured-client.ts';
import { type BackendFrame, errorFields, WireClient } from '../../support/wire-client.ts';

/** The server under attack, as an attacker sees it. With a password everything is said over TLS. */
export class Victim implements AsyncDisposable {
  readonly #port: number;
  readonly #password: string | null;
  readonly #clients: WireClient[] = [];

  constructor(port: number, password: string | null) {
    this.#port = port;
    this.#password = password;
  }

  get asksForPassword(): boolean {
    return this.#password !== null;
  }

  /** A connection that has said nothing yet. Closed when the attack is over. */
  async connect(): Promise<WireClient> {
    return this.#held(
      await (this.#password === null ? WireClient.connect({ port: this.#port }) : encryptedClient(this.#port)),
    );
  }

  /** A session at its first ReadyForQuery. */
  async session(): Promise<WireClient> {
    const [port, password] = [this.#port, this.#password];
    return this.#held(
      await (password === null
        ? WireClient.session({ port })
        : securedSession({ port, user: 'materialize', password })),
    );
  }

  /** Behind a start-up message that is good: the messages up to ReadyForQuery, without those of the login. */
  async enter(client: WireClient): Promise<readonly BackendFrame[]> {
    const before = this.#password === null ? [] : await proveByScram(client, this.#password);
    return [...before, ...(await client.until('Z'))];
  }

  #held(client: WireClient): WireClient {
    this.#clients.push(client);
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#clients.map((client) => client[Symbol.asyncDispose]()));
  }
}

/** Something that a hostile or broken client does. It throws when the server does not answer as it should. */
export interface Attack {
  readonly name: string;
  readonly run: (victim: Victim) => Promise<void>;
}

/** `count` times at once, `atOnce` of them at the same time. */
export async function many(count: number, body: (index: number) => Promise<void>, atOnce = 50): Promise<void> {
  for (let start = 0; start < count; start += atOnce) {
    const indexes = Array.from({ length: Math.min(atOnce, count - start) }, (_, offset) => start + offset);
    await Promise.all(indexes.map(body));
  }
}

/** Gives a server that is not meant to answer time to do something wrong. */
export const linger = (durationMs = 200): Promise<void> => sleep(durationMs);

/** SQLSTATEs of the errors up to the next ReadyForQuery, or to the end of the connection. */
export async function codes(client: WireClient): Promise<string[]> {
  const frames = await client.until('Z');
  return frames.filter(({ type }) => type === 'E').map((frame) => errorFields(frame)['C'] ?? '');
}

export function expectSame(found: unknown, expected: unknown, what: string): void {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${what}: ${left}, expected ${right}`);
}

/** Leaves without a word; a socket under TLS cannot be reset, only closed. */
export function reset({ socket }: WireClient): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

/** A generator of the same numbers each time: attacks can be repeated. */
export function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
