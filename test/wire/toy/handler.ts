import type { CancelKey, Handler, Session, Takeover, Verifier } from '../../../src/wire/index.ts';
import {
  defaultLimits,
  listenWire,
  type WireLimits,
  type WireListener,
  type WireOptions,
} from '../../../src/wire/index.ts';
import { silentLog } from '../../../src/telemetry/index.ts';
import { ToySession } from './session.ts';

/** A handler whose every part a test may replace. Remembers the sessions it made and the cancel requests that reached it. */
export class ToyHandler implements Handler {
  readonly sessions: ToySession[] = [];
  readonly cancelled: CancelKey[] = [];
  verifier: Handler['verifier'] = async (): Promise<Verifier> => ({ method: 'trust' });
  enter: Handler['enter'] = async (): Promise<Session | Takeover> => {
    const session = new ToySession();
    this.sessions.push(session);
    return session;
  };

  cancel(key: CancelKey): void {
    this.cancelled.push(key);
  }
}

/** A listener on a free port of the loopback over a {@link ToyHandler}. */
export async function listenToy(
  options: Omit<Partial<WireOptions>, 'limits'> & { readonly limits?: Partial<WireLimits> } = {},
): Promise<WireListener> {
  const limits = { ...defaultLimits, ...options.limits };
  return listenWire({ handler: new ToyHandler(), host: '127.0.0.1', port: 0, log: silentLog, ...options, limits });
}
