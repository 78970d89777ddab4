import { once } from 'node:events';
import {
  createTunnels,
  type Dial,
  type DialedSocket,
  type GeneratedKey,
  generateTunnelKey,
  type ObservedHostKey,
  type TunnelDefinition,
  type TunnelDefinitions,
  type TunnelKey,
  type TunnelObservations,
  type Tunnels,
  type TunnelsOptions,
  type TunnelState,
} from '../../../src/tunnels/index.ts';
import { silentLog } from '../../../src/telemetry/index.ts';
import type { Sshd } from '../../support/sshd.ts';

/** What the tunnels room saw, kept in memory. */
export class SeenObservations implements TunnelObservations {
  readonly states: { readonly id: string; readonly state: TunnelState; readonly stage: string | undefined }[] = [];
  readonly accepted: { readonly id: string; readonly fingerprint: string; readonly bastion: string }[] = [];
  readonly #hostKeys = new Map<string, Map<string, ObservedHostKey>>();

  hostKeys(id: string): readonly ObservedHostKey[] {
    return [...(this.#hostKeys.get(id)?.values() ?? [])];
  }

  hostKeySeen(
    id: string,
    key: { readonly algorithm: string; readonly fingerprint: string; readonly publicKey: string },
  ): void {
    const now = new Date().toISOString();
    const known = this.#hostKeys.get(id) ?? new Map<string, ObservedHostKey>();
    known.set(key.fingerprint, { firstSeenAt: now, ...known.get(key.fingerprint), ...key, lastSeenAt: now });
    this.#hostKeys.set(id, known);
  }

  hostKeysForgotten(id: string): void {
    this.#hostKeys.delete(id);
  }

  keyAccepted(id: string, key: { readonly fingerprint: string; readonly bastion: string }): void {
    this.accepted.push({ id, ...key });
  }

  lastWinner(id: string): string | undefined {
    return this.accepted.findLast((entry) => entry.id === id)?.fingerprint;
  }

  wasAccepted(id: string, fingerprint: string): boolean {
    return this.accepted.some((entry) => entry.id === id && entry.fingerprint === fingerprint);
  }

  tunnelChanged(id: string, change: { readonly state: TunnelState; readonly stage?: string | undefined }): void {
    this.states.push({ id, state: change.state, stage: change.stage });
  }
}

/** Tunnel definitions that a test changes as ALTER CONNECTION would. */
export class DeclaredTunnels implements TunnelDefinitions {
  readonly #declared = new Map<string, TunnelDefinition>();
  #changes = 0;

  declare(sshd: Pick<Sshd, 'host' | 'port' | 'user'>, changes: Partial<TunnelDefinition> = {}): TunnelDefinition {
    const id = changes.id ?? `u${this.#declared.size + 1}`;
    const definition: TunnelDefinition = {
      id,
      name: `tunnel_${id}`,
      generation: '0',
      host: sshd.host,
      port: sshd.port,
      user: sshd.user,
      keys: [toKey(1, generateTunnelKey()), toKey(2, generateTunnelKey())],
      hostKeys: [],
      through: null,
      ownerIsSuperuser: true,
      ...changes,
    };
    this.#declared.set(id, definition);
    return definition;
  }

  alter(id: string, changes: Partial<TunnelDefinition>): TunnelDefinition {
    this.#changes += 1;
    const changed = { ...this.get(id), ...changes, generation: String(this.#changes) };
    this.#declared.set(id, changed);
    return changed;
  }

  /** Key 2 becomes key 1, key 2 is new. */
  rotate(id: string): TunnelDefinition {
    const [, second] = this.get(id).keys;
    return this.alter(id, { keys: [{ ...second, slot: 1 }, toKey(2, generateTunnelKey())] });
  }

  get(id: string): TunnelDefinition {
    const definition = this.#declared.get(id);
    if (definition === undefined) throw new Error(`no tunnel ${id}`);
    return definition;
  }

  generation(id: string): string {
    return this.get(id).generation;
  }
}

const toKey = (slot: 1 | 2, key: GeneratedKey): TunnelKey => ({ slot, ...key });

export interface World extends AsyncDisposable {
  readonly tunnels: Tunnels;
  readonly declared: DeclaredTunnels;
  readonly seen: SeenObservations;
  readonly dial: Dial;
  connect(
    through: string | null,
    port: number,
    host?: string,
    options?: { fresh?: boolean; signal?: AbortSignal },
  ): Promise<DialedSocket>;
  check(id: string): ReturnType<Tunnels['check']>;
}

/** For very many at once: on a busy machine the last of them is opened late. */
export const patient = { timeouts: { openMs: 60_000, dialMs: 60_000 } };

export function createWorld(options: Partial<TunnelsOptions> = {}): World {
  const seen = new SeenObservations();
  const declared = new DeclaredTunnels();
  const tunnels = createTunnels({
    observations: seen,
    egress: () => [],
    targets: () => ({ allow: [], deny: [] }),
    hostKeyPolicy: () => 'accept-new',
    log: silentLog,
    ...options,
  });
  const dial = tunnels.dialer({ definitions: declared, ownerIsSuperuser: true });
  return {
    tunnels,
    declared,
    seen,
    dial,
    connect: async (through, port, host = '127.0.0.1', { fresh = false, signal = AbortSignal.timeout(60_000) } = {}) =>
      connected(dial({ host, port, through }, { signal, fresh })),
    check: (id) => tunnels.check(id, declared, AbortSignal.timeout(60_000)),
    [Symbol.asyncDispose]: () => tunnels[Symbol.asyncDispose](),
  };
}

export async function connected(socket: DialedSocket): Promise<DialedSocket> {
  if (socket.errored !== null) throw socket.errored;
  if (socket.connecting) await once(socket, 'connect');
  return socket;
}

/** Sends `text` and reads until as much has come back. */
export async function echo(socket: DialedSocket, text: string): Promise<string> {
  socket.write(text);
  return readBytes(socket, Buffer.byteLength(text));
}

export async function readBytes(socket: DialedSocket, count: number): Promise<string> {
  let received = '';
  for (;;) {
    const chunk = socket.read() as Buffer | null;
    if (chunk !== null) received += chunk.toString();
    if (received.length >= count) return received;
    if (chunk === null) await once(socket, 'readable');
  }
}

/** Reads to the end and counts. */
export async function countBytes(socket: DialedSocket): Promise<number> {
  let count = 0;
  for await (const chunk of socket) count += (chunk as Buffer).length;
  return count;
}

/** The error that a promise is rejected with. */
export async function failureOf(
  promise: Promise<unknown>,
): Promise<Error & { code?: string; stage?: string; hint?: string; detail?: string }> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not fail');
}
