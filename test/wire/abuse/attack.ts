import { setTimeout as sleep } from 'node:timers/promises';
import { errorFields, WireClient } from '../../support/wire-client.ts';

/** The server under attack, as an attacker sees it. */
export class Victim implements AsyncDisposable {
  readonly port: number;
  readonly #clients: WireClient[] = [];

  constructor(port: number) {
    this.port = port;
  }

  /** A connection that has said nothing yet. Closed when the attack is over. */
  async connect(): Promise<WireClient> {
    const client = await WireClient.connect({ port: this.port });
    this.#clients.push(client);
    return client;
  }

  /** A session at its first ReadyForQuery. */
  async session(): Promise<WireClient> {
    const client = await WireClient.session({ port: this.port });
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

/** A generator of the same numbers each time: attacks can be repeated. */
export function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
