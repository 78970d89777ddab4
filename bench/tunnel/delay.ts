import { fork } from 'node:child_process';
import { once } from 'node:events';
import { startDelayProxy } from '../../test/support/delay-proxy.ts';
import type { Place } from './ways.ts';

/** A delay proxy in a process of its own, so that it takes no time of ours. */
export async function startDelay(
  target: Place,
  options: { readonly roundTripMs: number; readonly windowBytes?: number },
): Promise<Place & AsyncDisposable> {
  const child = fork(import.meta.filename, [JSON.stringify({ target, ...options })], { execArgv: ['--import', 'tsx'] });
  process.once('exit', () => child.kill('SIGKILL'));
  const [port] = (await once(child, 'message')) as [number];
  return {
    host: '127.0.0.1',
    port,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

if (process.argv[1] === import.meta.filename && process.send !== undefined) {
  const { target, roundTripMs, windowBytes } = JSON.parse(process.argv[2] ?? '') as {
    target: Place;
    roundTripMs: number;
    windowBytes?: number;
  };
  const proxy = await startDelayProxy({ target, delayMs: roundTripMs / 2, windowBytes });
  process.send(proxy.port);
}
