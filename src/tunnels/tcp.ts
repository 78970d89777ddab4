import { lookup } from 'node:dns/promises';
import { isIP, type Socket } from 'node:net';
import type { Stage } from '../errors/index.ts';
import { BastionSocket } from './bastion-socket.ts';
import { cancelled, notConnected, notResolved, timedOut } from './errors.ts';
import { Until } from './until.ts';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** All addresses of a host, in the system's order. `target` names it in errors. @throws PgError 08001, 57014. */
export async function resolveHost(
  host: string,
  target: string,
  stage: Stage,
  limits: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<readonly ResolvedAddress[]> {
  const literal = isIP(host);
  if (literal === 4 || literal === 6) return [{ address: host, family: literal }];
  using until = new Until([limits.signal], limits.timeoutMs);
  try {
    const found = await race(lookup(host, { all: true, order: 'verbatim' }), until.signal);
    return found.map((entry) => ({ address: entry.address, family: entry.family === 6 ? 6 : 4 }));
  } catch (error) {
    if (limits.signal.aborted) throw cancelled(limits.signal);
    if (until.timedOut) throw timedOut(stage, target, limits.timeoutMs);
    throw notResolved(stage, target, host, error);
  }
}

export interface TcpOptions {
  readonly target: string;
  readonly stage: Stage;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Local address to bind for a family; undefined: the system's choice. */
  readonly bindAddress: (family: 4 | 6) => string | undefined;
}

/**
 * A connected, no-delay socket to the first address that answers. One after the other, never side by side: a connection that is given up
 * counts as a failed login for sshd's penalties. @throws PgError 08001, 57014.
 */
export async function connectTcp(
  addresses: readonly ResolvedAddress[],
  port: number,
  options: TcpOptions,
): Promise<Socket> {
  const deadline = performance.now() + options.timeoutMs;
  let failure: unknown;
  for (const [index, candidate] of addresses.entries()) {
    const left = addresses.length - index;
    const timeoutMs = Math.max(1, (deadline - performance.now()) / left);
    try {
      return await connectOnce(candidate, port, timeoutMs, options);
    } catch (error) {
      if (options.signal.aborted) throw cancelled(options.signal);
      failure ??= error;
    }
  }
  throw notConnected(options.stage, options.target, failure);
}

function connectOnce(to: ResolvedAddress, port: number, timeoutMs: number, options: TcpOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const localAddress = options.bindAddress(to.family);
    const socket = new BastionSocket().connect({
      host: to.address,
      port,
      ...(localAddress === undefined ? {} : { localAddress }),
    });
    const timer = setTimeout(() => {
      finish(Object.assign(new Error(`no answer within ${Math.round(timeoutMs)} ms`), { code: 'ETIMEDOUT' }));
    }, timeoutMs);
    const onAbort = () => finish(new Error('aborted'));
    const finish = (error?: Error) => {
      clearTimeout(timer);
      options.signal.removeEventListener('abort', onAbort);
      if (error === undefined) {
        socket.off('error', finish);
        // Until its new owner listens.
        socket.on('error', () => {});
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(error);
    };
    socket.once('connect', () => finish());
    socket.on('error', finish);
    options.signal.addEventListener('abort', onAbort, { once: true });
    if (options.signal.aborted) onAbort();
  });
}

/** `promise`, or a rejection as soon as the signal ends. What the promise gives later is dropped. */
export function race<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    promise.catch(() => {});
    return Promise.reject(signal.reason as Error);
  }
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    promise
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', onAbort))
      .catch(() => {});
  });
}
