import type { TunnelMetrics } from './metrics.ts';
import { address, bastionLabel, cancelled, forwardRefused, forwardTimedOut } from './errors.ts';
import { type ForwardSocket, OpenRefused } from './forward-socket.ts';
import type { Session } from './session.ts';
import { startClock } from './stages.ts';
import { race } from './tcp.ts';
import type { TunnelTimeouts } from './timeouts.ts';
import { Turns } from './turns.ts';
import { Until } from './until.ts';

/** Opens of one target under way at once, on one tunnel. */
const opensPerTargetMax = 256;
/** A bastion that has not answered an open by then is asked whether it lives. */
const slowOpenMs = 1_000;
/** A session with fewer channels is not at the end of its bastion's files. */
const crowdedChannels = 32;

/** Opens channels on sessions: each target's in turn, each with a deadline. */
export class Opens {
  readonly #timeouts: TunnelTimeouts;
  readonly #metrics: Pick<TunnelMetrics, 'openEnded'>;
  readonly #turns = new Turns(opensPerTargetMax);

  constructor(timeouts: TunnelTimeouts, metrics: Pick<TunnelMetrics, 'openEnded'>) {
    this.#timeouts = timeouts;
    this.#metrics = metrics;
  }

  /** `line`: opens of the same line wait for each other. @throws OpenRefused; PgError for a deadline, an abort, a session that ends. */
  async open(socket: ForwardSocket, session: Session, line: string, signal: AbortSignal): Promise<void> {
    const target = address(socket.remoteAddress, socket.remotePort);
    const clock = startClock(socket.reports, `${target} through ${bastionLabel(session.facts)}`);
    const { openMs } = this.#timeouts;
    using until = new Until([signal], openMs);
    const slow = setTimeout(() => session.ask(), slowOpenMs);
    let done = () => {};
    const startedAtMs = performance.now();
    const count = (outcome: 'ok' | 'refused' | 'failed') =>
      this.#metrics.openEnded(outcome, performance.now() - startedAtMs);
    try {
      done = await this.#turns.take(line, until.signal);
      await race(
        socket.openOn(session, () => clock.passed('tunnel.forward')),
        until.signal,
      );
      count('ok');
    } catch (error) {
      count(error instanceof OpenRefused ? 'refused' : 'failed');
      if (signal.aborted) throw cancelled(signal);
      if (until.timedOut && session.silentMs > openMs - slowOpenMs) {
        // Not even the question was answered.
        session.condemn(`no answer for ${Math.round(session.silentMs / 1000)} s`);
        throw error;
      }
      const failure = until.timedOut ? forwardTimedOut(session.facts, target, openMs) : error;
      if (session.alive && !isOutOfResources(failure, session)) clock.failed('tunnel.forward', failure);
      throw failure;
    } finally {
      clearTimeout(slow);
      done();
    }
  }
}

/**
 * sshd without free file descriptors answers so; but also when it has no route to the target, which another session would not have
 * either. The number of its channels tells the two apart.
 */
export const isOutOfResources = (error: unknown, session: Session): boolean =>
  error instanceof OpenRefused &&
  error.reason === 2 &&
  error.text === 'open failed' &&
  session.channels.size >= crowdedChannels;

/** A refusal in the words of its error; other errors as they are. */
export function explained(error: unknown, socket: ForwardSocket, session: Session): unknown {
  if (!(error instanceof OpenRefused)) return error;
  return forwardRefused(session.facts, address(socket.remoteAddress, socket.remotePort), error);
}
