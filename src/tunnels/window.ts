const KiB = 1024;
const MiB = 1024 * KiB;

/** Largest packet that a peer may send us; what OpenSSH itself uses. */
export const packetBytesMax = 32 * KiB;
/** Window of a new channel: all that is useful while the round trip is short. */
export const initialWindowBytes = 2 * MiB;
/** Window of a new channel while much lies unread. */
export const reducedWindowBytes = 256 * KiB;
/** Sum of what the channels of one session may have outstanding beyond their first windows. */
export const sessionWindowBytesMax = 64 * MiB;
/** Unread bytes beyond which the worst channel is ended. */
export const sessionUnreadBytesMax = 64 * MiB;
export const processUnreadBytesMax = 512 * MiB;

const windowBytesMax = 16 * MiB;
const rateBytesPerSecond = 200 * 1000 * 1000;
const shortRoundTripMs = 3;
/** Bulk credit goes out in steps of this size: each step is a packet, and a lock for sshd's only thread. */
const stepBytesMax = 512 * KiB;
/** A target is lowered when it is more than this much above what is wanted. */
const slack = 1.5;

/** How far a channel's window may grow at this round trip: twice what flows in one at 200 MB/s. */
export function windowLimit(roundTripMs: number): number {
  if (roundTripMs < shortRoundTripMs) return initialWindowBytes;
  const wanted = 2 * (roundTripMs / 1000) * rateBytesPerSecond;
  return Math.min(windowBytesMax, Math.max(initialWindowBytes, Math.round(wanted)));
}

/** What a session's channels may hold together; shared by the windows of one session. */
export interface WindowBudget {
  roundTripMs(): number;
  /** The round trip is no longer than this: more than a window came within it. */
  roundTripAtMost(ms: number): void;
  /** Asks for room to grow by `bytes`; false when the session's share is used up. */
  grow(bytes: number): boolean;
  shrink(bytes: number): void;
  /** Whether so much lies unread that readers who stop get no more. */
  pressed(): boolean;
}

/**
 * Receive window of one channel: what passes in a round trip, and one initial window more, up to {@link windowLimit}. It must not be larger
 * than that, since the rest piles up in sshd, which copies a channel's whole buffer for each packet by which it grows (9.2: 5 ms for each
 * 32 KB at 6 MB). So neither may the round trip be taken for longer than it is. One that stops reading gets nothing more.
 */
export class ReceiveWindow {
  readonly #budget: WindowBudget;
  readonly #initial: number;
  #target: number;
  /** Bytes that the peer may still send. */
  #outstanding: number;
  #epochStartedAt = 0;
  #epochBytes = 0;
  /** Outstanding when the epoch began. */
  #allowedAtStart = Number.POSITIVE_INFINITY;

  constructor(budget: WindowBudget, initial: number) {
    this.#budget = budget;
    this.#initial = initial;
    this.#target = initial;
    this.#outstanding = initial;
  }

  get target(): number {
    return this.#target;
  }

  /** Counts arrived bytes. False: the peer sent more than it may (ssh2 issue 1505). */
  received(bytes: number): boolean {
    this.#outstanding -= bytes;
    this.#epochBytes += bytes;
    return this.#outstanding >= 0;
  }

  /** Credit to send now: 0 until a whole step is due, any amount when `atOnce`. */
  credit(unreadBytes: number, atOnce: boolean, nowMs: number): number {
    if (unreadBytes > reducedWindowBytes && this.#budget.pressed()) return 0;
    this.#adapt(unreadBytes, nowMs);
    const due = this.#target - this.#outstanding - unreadBytes;
    if (due <= 0 || (!atOnce && due < Math.min(stepBytesMax, this.#target / 4))) return 0;
    this.#outstanding += due;
    return due;
  }

  release(): void {
    this.#shrink(this.#initial);
  }

  #adapt(unreadBytes: number, nowMs: number): void {
    const roundTripMs = this.#budget.roundTripMs();
    const elapsedMs = nowMs - this.#epochStartedAt;
    // Within one round trip no more can come than was allowed at its start: later credit has not taken effect yet.
    const tooFast = this.#epochBytes > this.#allowedAtStart && elapsedMs < roundTripMs;
    if (tooFast) this.#budget.roundTripAtMost(elapsedMs);
    else if (elapsedMs < Math.max(roundTripMs, 1)) return;
    const passed = (this.#epochBytes * Math.min(roundTripMs, elapsedMs)) / Math.max(elapsedMs, 1);
    this.#epochStartedAt = nowMs;
    this.#epochBytes = 0;
    this.#allowedAtStart = this.#outstanding;
    if (unreadBytes > this.#target / 4) return;
    const wanted = Math.floor(Math.min(windowLimit(this.#budget.roundTripMs()), passed + this.#initial));
    if (wanted > this.#target) this.#grow(wanted);
    else if (wanted * slack < this.#target) this.#shrink(Math.max(this.#initial, wanted));
  }

  #grow(target: number): void {
    if (target > this.#target && this.#budget.grow(target - this.#target)) this.#target = target;
  }

  #shrink(target: number): void {
    this.#budget.shrink(this.#target - target);
    this.#target = target;
  }
}
