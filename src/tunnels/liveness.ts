import type { SessionSocket } from './ssh2-transport.ts';

const samplesKept = 8;
/** At the start, when nothing stands in the way of a ping. */
const firstPings = 4;
const boundKeptMs = 60_000;
/** Of the limit: how often life is looked for. */
const ticksPerLimit = 20;

export interface LivenessOptions {
  readonly socket: SessionSocket & { readonly bytesRead?: number };
  readonly silenceMs: number;
  readonly ping: (answered: () => void) => void;
  readonly dead: () => void;
  /** At each look, with the time since the last one. */
  readonly tick: (elapsedMs: number) => void;
}

/**
 * Life of a session: any received byte, and, while the socket is full, any byte that it takes. So a slow uplink with much to send is not
 * taken for a dead one. A ping goes out after half the limit, and the session is dead at the limit; a ping that still waits in the socket
 * behind other bytes proves nothing, so death then takes half a limit longer.
 */
export class Liveness {
  readonly #options: LivenessOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #tickMs: number;
  readonly #samples: number[] = [];
  #lastLifeMs = performance.now();
  #lastTickMs = performance.now();
  #read = 0;
  #flushed = 0;
  #pingedAtMs: number | undefined;
  #boundMs = Number.POSITIVE_INFINITY;
  #boundAtMs = 0;

  constructor(options: LivenessOptions) {
    this.#options = options;
    this.#tickMs = Math.max(10, options.silenceMs / ticksPerLimit);
    this.#timer = setInterval(() => this.#tick(), this.#tickMs).unref();
    this.#pingAtStart(firstPings);
  }

  /** The smallest of the last samples: queues only ever add to a round trip. Less when traffic proved it. */
  get roundTripMs(): number | undefined {
    if (this.#samples.length === 0) return undefined;
    const bound = performance.now() - this.#boundAtMs < boundKeptMs ? this.#boundMs : Number.POSITIVE_INFINITY;
    return Math.min(bound, ...this.#samples);
  }

  /** Traffic proved that the round trip is no longer than this. Forgotten after a while, for routes change. */
  roundTripAtMost(ms: number): void {
    if (ms >= (this.roundTripMs ?? Number.POSITIVE_INFINITY)) return;
    this.#boundMs = ms;
    this.#boundAtMs = performance.now();
  }

  get silentMs(): number {
    this.#look(performance.now());
    return performance.now() - this.#lastLifeMs;
  }

  /** Pings, unless a ping is on its way. */
  ask(): void {
    if (this.#pingedAtMs === undefined) this.#ping();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #pingAtStart(times: number): void {
    if (times > 0) this.#ping(() => this.#pingAtStart(times - 1));
  }

  #tick(): void {
    const now = performance.now();
    const elapsedMs = now - this.#lastTickMs;
    const asleep = elapsedMs > 4 * this.#tickMs;
    this.#lastTickMs = now;
    this.#options.tick(elapsedMs);
    this.#look(now);
    if (asleep) {
      // This process stood still (a suspended machine, a blocked loop): what came meanwhile was not read yet.
      this.#lastLifeMs = now;
      return;
    }
    const silentMs = now - this.#lastLifeMs;
    const { silenceMs, socket } = this.#options;
    if (silentMs >= silenceMs / 2) this.ask();
    const limitMs = socket.writableLength > 0 ? silenceMs * 1.5 : silenceMs;
    if (silentMs >= limitMs - this.#tickMs / 2) this.#options.dead();
  }

  #look(now: number): void {
    const { socket } = this.#options;
    const read = socket.bytesRead ?? 0;
    const flushed = (socket.bytesWritten ?? 0) - socket.writableLength;
    const moved = read !== this.#read || (socket.writableNeedDrain && flushed !== this.#flushed);
    this.#read = read;
    this.#flushed = flushed;
    if (moved) this.#lastLifeMs = now;
  }

  #ping(then?: () => void): void {
    const sentAtMs = performance.now();
    this.#pingedAtMs = sentAtMs;
    this.#options.ping(() => {
      if (this.#pingedAtMs === sentAtMs) this.#pingedAtMs = undefined;
      this.#samples.push(performance.now() - sentAtMs);
      if (this.#samples.length > samplesKept) this.#samples.shift();
      then?.();
    });
  }
}
